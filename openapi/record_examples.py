"""Record the example answers of the API description: ask the real service about four invented articles.

    python openapi/record_examples.py && quotetrace openapi > openapi/openapi.json

Writes `api/examples.json`, one example for each structure that an operation answers with.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any, Final

from litestar.testing import AsyncTestClient

from api.app import create_app
from api.database import Database
from api.schemas import AttributeRequest, CheckRequest, CorrectRequest
from api.settings import Settings

EXAMPLES: Final = Path(__file__).resolve().parents[1] / "api" / "examples.json"
# When the articles came in, and a decision was made, differs at every recording, and tells a reader nothing.
ADDED_AT: Final = "2026-03-16T09:00:00Z"

ARTICLES: Final = (
    {
        "id": "courier-1",
        "outlet": "The Port Ellery Courier",
        "title": "Bridge to open in May",
        "url": "https://courier.example/bridge",
        "published": "2026-03-14",
        "text": "“The harbour bridge will open to trams in May,” Mara Quint, the mayor of Port Ellery, told "
        "reporters on Saturday.",
    },
    {
        "id": "herald-7",
        "outlet": "The Ellery Herald",
        "title": "Trams may cross the harbour",
        "url": "https://herald.example/trams",
        "published": "2026-03-15",
        "text": "There is good news for commuters. “The harbour bridge may open to trams in May,” said mayor "
        "Mara Quint.",
    },
)


async def record() -> dict[str, Any]:
    """Return the example of each structure by its name."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/archive.sqlite", workers=1)
        database = Database(settings.database_url)
        await database.upgrade()
        await database.dispose()
        async with AsyncTestClient(create_app(settings)) as client:

            async def ask(path: str, **query: str | int) -> Any:
                return (await client.get(f"/api/v1{path}", params=query)).raise_for_status().json()

            async def post(path: str, body: object) -> Any:
                return (await client.post(f"/api/v1{path}", json=body)).raise_for_status().json()

            for article in ARTICLES:
                added = await post("/articles", article)
                assert added["quotes"] == 1, (
                    f"the engine does not read {article['id']} as an example needs it"
                )
            quotes = await ask("/quotes", words="bridge", limit=1)
            statement = quotes["items"][0]["statement_id"]
            claim = {"words": "The harbour bridge will open in May", "speaker": "Mara Quint", "id": "claim-1"}
            verdict = await post("/verify", claim)
            examples = {
                "Attribution": await post("/attribute", AttributeRequest.example),
                "ArticlePage": await ask("/articles", limit=1),
                "ArticleWithText": await ask("/articles/1"),
                "RevisionOut": (await ask("/articles/1/revisions"))[0],
                "RevisionWithText": await ask("/articles/1/revisions/1"),
                "QuotePage": quotes,
                "FacetsOut": await ask("/quotes/facets", words="bridges opened"),
                "QuoteOut": await ask("/quotes/1"),
                "WhoOut": await ask("/who", words="harbour bridge will open to trams"),
                "StatementOut": await ask(f"/statements/{statement}"),
                "VerdictOut": verdict,
                "CheckedDraftOut": await post("/check", CheckRequest.example),
                "BulkVerdictOut": {"line": 1, "id": "claim-1", "verdict": verdict, "problem": None},
                "SpeakerPage": await ask("/speakers"),
                "SpeakerWithAliases": await ask("/speakers/1"),
                "OutletPage": await ask("/outlets"),
                "ProblemKindOut": (await ask("/problems"))[0],
            }
            # Last, for it changes what the others show.
            seen = (await client.get("/api/v1/quotes/2")).headers["ETag"]
            decided = await client.post(
                "/api/v1/quotes/2/correct", json=CorrectRequest.example, headers={"If-Match": seen}
            )
            return {
                **examples,
                "DecidedOut": decided.raise_for_status().json(),
                "DecisionOut": await ask("/decisions/1"),
                "DecisionPage": await ask("/decisions"),
            }


def fixed(value: Any) -> Any:
    """Return the value with every time of arrival replaced."""
    if isinstance(value, dict):
        return {key: ADDED_AT if key in ("added_at", "at") else fixed(item) for key, item in value.items()}
    return [fixed(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    recorded = json.dumps(fixed(asyncio.run(record())), indent=1, ensure_ascii=False)
    EXAMPLES.write_text(recorded + "\n", encoding="utf-8")
