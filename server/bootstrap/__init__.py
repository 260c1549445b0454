"""The composition root: the only place that knows every concrete part of the program."""

from server.bootstrap.serve import Endpoints as Endpoints
from server.bootstrap.serve import install as install
from server.bootstrap.serve import serve as serve
from server.bootstrap.start_error import StartError as StartError
