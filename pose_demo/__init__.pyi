from pose_demo.io.images import read_image as read_image
from pose_demo.matching.reference import Reference as Reference
from pose_demo.matching.similarity import match as match
from pose_demo.pipeline import Pipeline as Pipeline
from pose_demo.pipeline import Result as Result
from pose_demo.plan import Plan as Plan
from pose_demo.plan import Uploads as Uploads
from pose_demo.plan import prepare as prepare
from pose_demo.settings import Settings as Settings
from pose_demo.types import Frame as Frame
from pose_demo.types import InputError as InputError
from pose_demo.types import Pose as Pose

__version__: str
