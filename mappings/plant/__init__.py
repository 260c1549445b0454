"""The plant, read from the files that a plant engineer writes: docs/plant-files.md."""

from mappings.plant.files import Plant as Plant
from mappings.plant.files import load_plant as load_plant
from mappings.plant.files import read_work_master_text as read_work_master_text
