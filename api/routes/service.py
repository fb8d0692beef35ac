"""Is the service up, can it do its work, and what do its errors mean?"""

from __future__ import annotations

from importlib.metadata import version

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from api.attributor import Attributor
from api.database import Database, DatabaseError
from api.description import DOCS_PATH
from api.problems import KINDS
from api.schemas import Check, Live, ProblemKindOut, Readiness


class HealthController(Controller):
    """For process supervisors and load balancers."""

    path = "/health"
    tags = ("Service",)

    @get(
        "/live",
        operation_id="live",
        response_description="The process is up.",
        summary="Is the process up?",
        sync_to_thread=False,
    )
    def live(self) -> Live:
        """Answers as soon as the process takes requests; says nothing about database or engine."""
        return Live(status="live", version=version("quotetrace"))

    @get(
        "/ready",
        operation_id="ready",
        response_description="Every part is ready.",
        summary="Can the service do its work?",
        responses={
            HTTP_503_SERVICE_UNAVAILABLE: ResponseSpec(
                Readiness, generate_examples=False, description="Some part is not ready; `detail` says which."
            )
        },
    )
    async def ready(
        self, database: NamedDependency[Database], attributor: NamedDependency[Attributor]
    ) -> Response[Readiness]:
        """Asks the database, compares its tables with this version's, and looks at the engine."""
        try:
            await database.ping()
            reachable = Check(ok=True, detail="reachable")
            current = await database.is_ready()
            tables = Check(ok=current, detail="up to date" if current else "run `quotetrace db upgrade`")
        except DatabaseError:
            # Why is in the log of whoever runs the service; its address is nobody else's business.
            reachable = Check(ok=False, detail="the database does not answer")
            tables = Check(ok=False, detail="unknown, since the database does not answer")
        engine = Check(ok=attributor.is_ready, detail=attributor.state)
        ready = reachable.ok and tables.ok and engine.ok
        return Response(
            Readiness(ready=ready, database=reachable, schema=tables, engine=engine),
            status_code=HTTP_200_OK if ready else HTTP_503_SERVICE_UNAVAILABLE,
        )


@get(
    "/problems",
    tags=["Service"],
    operation_id="problems",
    response_description="The kinds of errors.",
    summary="What the errors mean",
    sync_to_thread=False,
)
def problems() -> list[ProblemKindOut]:
    """Lists every kind of error that this API answers with."""
    return [
        ProblemKindOut(type=kind.type, status=kind.status.value, title=kind.title, meaning=kind.meaning)
        for kind in KINDS.values()
    ]


@get("/", include_in_schema=False, sync_to_thread=False)
def to_the_docs() -> Redirect:
    """Lead whoever opens the bare address to Swagger UI."""
    return Redirect(DOCS_PATH)
