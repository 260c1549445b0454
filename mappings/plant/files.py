"""One plant, read from the files that a plant engineer writes: docs/plant-files.md."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from mappings.plant.documents import Documents, read_documents
from mappings.plant.equipment import read_layout
from mappings.plant.materials import read_materials
from mappings.plant.personnel import Personnel, read_personnel
from mappings.plant.reading import Reading
from mappings.plant.work_masters import WorkMasterReader
from mappings.problems import Place, Problems
from mappings.yaml_nodes import Kind, Node, read, read_sent
from models.execution.commands import MasterDatum
from models.execution.principal import Account
from models.isa95.document import DocumentRevision
from models.isa95.equipment import Equipment
from models.isa95.material import MaterialDefinition, MaterialLot, MaterialSublot
from models.isa95.personnel import Person
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.work_definition import WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Everything that the files of one site say; ``time_zone`` is a name of the IANA list."""

    site_id: str
    time_zone: str
    equipment: tuple[Equipment, ...]
    physical_assets: tuple[PhysicalAsset, ...]
    material_definitions: tuple[MaterialDefinition, ...]
    material_lots: tuple[MaterialLot, ...]
    material_sublots: tuple[MaterialSublot, ...]
    persons: tuple[Person, ...]
    accounts: tuple[Account, ...]
    documents: tuple[DocumentRevision, ...]
    work_masters: tuple[WorkMaster, ...]
    reader: WorkMasterReader = field(repr=False, compare=False)

    @property
    def master_data(self) -> tuple[MasterDatum, ...]:
        """Return what goes into the record, each after what it refers to."""
        return (
            *self.equipment,
            *self.physical_assets,
            *self.material_definitions,
            *self.material_lots,
            *self.material_sublots,
            *self.persons,
            *self.accounts,
            *self.documents,
            *self.work_masters,
        )

    @property
    def stations(self) -> tuple[Equipment, ...]:
        """Return the equipment at which steps are performed."""
        return tuple(one for one in self.equipment if one.is_station)


def load_plant(folder: Path, today: date | None = None) -> Plant | Problems:
    """Return the plant of a folder, or every mistake in its files at once.

    A relative day such as ``+200d`` counts from ``today``; without it, such a day is a mistake.
    """
    reading = Reading(today)
    files = _read_all(folder, reading.problems)
    if reading.problems:  # half a plant would only look as if the other half was wrong, too
        return reading.problems
    layout = read_layout(files.plant, reading)
    materials = read_materials(files.materials, reading)
    personnel = read_personnel(files.personnel, layout, reading)
    documents = read_documents(files.documents, reading) if files.documents else Documents()
    reader = WorkMasterReader(layout, materials, documents, reading)
    work_masters = _work_masters(files.work_masters, reader)
    reading.names.report_unknown()
    if reading.problems:
        return reading.problems
    return _plant(personnel, work_masters, reader)


def read_work_master_text(
    text: str, plant: Plant, file: str = "work master"
) -> WorkMaster | Problems:
    """Return the work master that somebody sends, or every mistake in it at once.

    It refers to what the plant's files define; ``file`` is named in the problems.
    """
    reading = plant.reader.reading.again()
    root = read_sent(text, file)
    if not isinstance(root, Node):
        reading.problems.extend(root)
        return reading.problems
    work_master = replace(plant.reader, reading=reading).read(root)
    reading.names.report_unknown()
    return reading.problems or work_master


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """The roots of all files of a plant."""

    plant: Node
    materials: Node
    personnel: Node
    documents: Node | None
    work_masters: tuple[Node, ...]


def _read_all(folder: Path, problems: Problems) -> _Files:
    """Return the roots of all files; report every file that is no YAML."""
    documents = folder / "documents.yaml"
    masters = sorted((folder / "work_masters").glob("*.yaml"))
    if not masters:
        place = Place(str(folder / "work_masters"))
        problems.add(place, "no work master here", "add at least one .yaml file")
    return _Files(
        plant=_root(folder / "plant.yaml", problems),
        materials=_root(folder / "materials.yaml", problems),
        personnel=_root(folder / "personnel.yaml", problems),
        documents=_root(documents, problems) if documents.exists() else None,
        work_masters=tuple(_root(path, problems) for path in masters),
    )


def _root(path: Path, problems: Problems) -> Node:
    root = read(path)
    if isinstance(root, Node):
        return root
    problems.extend(root)
    return Node(Place(str(path)), Kind.EMPTY)


def _work_masters(roots: tuple[Node, ...], reader: WorkMasterReader) -> tuple[WorkMaster, ...]:
    found: dict[tuple[str, str], WorkMaster] = {}
    for root in roots:
        work_master = reader.read(root)
        identity = (work_master.work_master_id, work_master.version)
        if identity in found:
            reason = f"version {identity[1]} of '{identity[0]}' stands in another file already"
            reader.reading.problems.add(root.place, reason, "give it another version")
        found[identity] = work_master
    return tuple(found.values())


def _plant(
    personnel: Personnel, work_masters: tuple[WorkMaster, ...], reader: WorkMasterReader
) -> Plant:
    layout, materials = reader.layout, reader.materials
    return Plant(
        site_id=layout.site_id,
        time_zone=layout.time_zone,
        equipment=layout.equipment,
        physical_assets=layout.physical_assets,
        material_definitions=materials.definitions,
        material_lots=materials.lots,
        material_sublots=materials.sublots,
        persons=personnel.persons,
        accounts=personnel.accounts,
        documents=reader.documents.in_force,
        work_masters=work_masters,
        reader=reader,
    )
