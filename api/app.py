"""The application is assembled here: routes, dependencies, errors, description."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from litestar import Litestar, Router
from litestar.di import Provide
from sqlmodel.ext.asyncio.session import AsyncSession

from api.attributor import Attributor, EngineLike, load_engine
from api.database import Database
from api.description import DescribedStructs, assets_router, openapi_config, tidy
from api.problems import problem_details_plugin
from api.requests import StrictRequest, only_described_parameters
from api.routes.articles import ArticleController
from api.routes.attribution import attribute
from api.routes.checks import check
from api.routes.decisions import DecisionController
from api.routes.outlets import outlets
from api.routes.quotes import QuoteController
from api.routes.service import HealthController, problems, to_the_docs
from api.routes.speakers import SpeakerController
from api.routes.statements import StatementController, who
from api.routes.verification import VerifyController
from api.settings import Settings

API_PATH = "/api/v1"


def create_app(settings: Settings | None = None, load: Callable[[], EngineLike] | None = None) -> Litestar:
    """Return the ASGI application.

    Args:
        settings: read from the environment where absent.
        load: makes the engine of each worker process; the real engine where absent.

    The database must have been upgraded (``quotetrace db upgrade``; ``quotetrace serve`` does it); if
    it has not, ``/health/ready`` says so.
    """
    settings = settings or Settings()
    attributor = Attributor(
        load or partial(load_engine, settings.pipeline, settings.max_characters),
        workers=settings.workers,
        seconds=settings.attribution_seconds,
        waiting=settings.max_waiting,
        longest_text=settings.max_characters,
    )
    database = Database(settings.database_url)

    async def provide_session() -> AsyncIterator[AsyncSession]:
        async with database.session() as session:
            yield session

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        try:
            async with attributor:
                yield
        finally:
            await database.dispose()

    app = Litestar(
        route_handlers=[
            Router(
                API_PATH,
                route_handlers=[
                    attribute,
                    ArticleController,
                    QuoteController,
                    who,
                    StatementController,
                    VerifyController,
                    check,
                    SpeakerController,
                    DecisionController,
                    outlets,
                    problems,
                ],
                guards=[only_described_parameters],
            ),
            HealthController,
            to_the_docs,
            assets_router(),
        ],
        dependencies={
            "settings": Provide(lambda: settings, sync_to_thread=False),
            "database": Provide(lambda: database, sync_to_thread=False),
            "attributor": Provide(lambda: attributor, sync_to_thread=False),
            "session": Provide(provide_session),
        },
        lifespan=[lifespan],
        plugins=[problem_details_plugin(), DescribedStructs()],
        request_class=StrictRequest,
        openapi_config=openapi_config(),
        request_max_body_size=settings.max_body_bytes,
        # Exceptions are logged where they become problems; Litestar's own queue listener is not needed.
        logging_config=None,
    )
    tidy(app.openapi_schema)
    return app
