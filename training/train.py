"""From the shared corpora to the packaged pipeline: `python -m training.train all --shared ../shared`.

Each step can be run by itself; `all` runs them in order, names beside syntax in a second process.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import click
import spacy
from spacy.cli.train import train as spacy_train

from attribution.language import PACKAGED
from attribution.language.coreference import MODEL_FOLDER, CoreferenceResolver
from training.coreference import train_coreference
from training.corpora import prepare as prepare_corpora
from training.encoded import encoded_corpus  # noqa: F401 - the configurations name it
from training.evaluate import check_names as names_of_annotation
from training.evaluate import evaluate as evaluate_pipeline
from training.packaging import package as package_pipeline
from training.packaging import shorten_model

_CONFIGS: Final = Path(__file__).parent / "configs"
_WORK: Final = Path(__file__).parent / ".work"
#: Optimiser steps, about 1,300 words each: what the shipped pipeline had.
_STEPS: Final = {"syntax": 2_400, "names": 2_000}

shared_option = click.option(
    "--shared",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="QUOTETRACE_SHARED",
    required=True,
    help="Folder that holds corpora/ (or set QUOTETRACE_SHARED).",
)
work_option = click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=_WORK,
    show_default=True,
    help="Where data, checkpoints and logs go.",
)


@click.group()
def main() -> None:
    """Train, package and measure Quotetrace's English news pipeline."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")


@main.command()
@shared_option
@work_option
def prepare(shared: Path, work: Path) -> None:
    """Convert the corpora and learn word vectors (about five minutes)."""
    prepare_corpora(shared / "corpora", work)


@main.command()
@click.argument("part", type=click.Choice(sorted(_STEPS)))
@work_option
@click.option("--steps", type=int, help="Optimiser steps; by default those of the shipped pipeline.")
def fit(part: str, work: Path, steps: int | None) -> None:
    """Train PART, with a checkpoint after every evaluation under WORK/PART."""
    spacy_train(
        _CONFIGS / f"{part}.cfg",
        work / part,
        overrides={
            "paths.train": str(work / "data" / f"{part}-train"),
            "paths.dev": str(work / "data" / f"{part}-dev.spacy"),
            "paths.vectors": str(work / "vectors"),
            "training.max_steps": steps or _STEPS[part],
        },
    )


@main.command()
@work_option
@click.option("--version", required=True, help="Version of the pipeline, such as 0.1.0.")
@click.option("--output", type=click.Path(path_type=Path), default=PACKAGED, show_default=True)
def package(work: Path, version: str, output: Path) -> None:
    """Put the best checkpoints and the rules together as one pipeline."""
    package_pipeline(work, output, version=version)


@main.command()
@shared_option
@click.option("--pipeline", type=click.Path(path_type=Path), default=PACKAGED, show_default=True)
@click.option("--output", type=click.Path(path_type=Path), default=MODEL_FOLDER, show_default=True)
@click.option("--epochs", default=6, show_default=True)
def coreference(shared: Path, pipeline: Path, output: Path, epochs: int) -> None:
    """Train coreferee's model for PIPELINE."""
    nlp = spacy.load(pipeline)
    features, model, figures = train_coreference(nlp, shared / "corpora", epochs=epochs)
    shorten_model(model)
    CoreferenceResolver(features, model).to_disk(output, about=figures)
    click.echo(json.dumps(figures, indent=1))


@main.command()
@shared_option
@click.option("--pipeline", default=str(PACKAGED), show_default=True, help="Path or installed package.")
@click.option("--record", is_flag=True, help="Write the figures into the pipeline's meta.json.")
def evaluate(shared: Path, pipeline: str, record: bool) -> None:
    """Measure PIPELINE on the treebanks' test parts and PolNeAR's dev part."""
    nlp = spacy.load(pipeline)
    figures = evaluate_pipeline(nlp, shared / "corpora", by_label=True)
    if record:
        # Saving the pipeline would keep the test parts' words with it.
        file = Path(pipeline) / "meta.json"
        meta = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps({**meta, "performance": figures}, indent=2) + "\n", encoding="utf-8")
    click.echo(json.dumps(figures, indent=1))


@main.command()
@shared_option
@click.option("--pipeline", default=str(PACKAGED), show_default=True, help="Path or installed package.")
def check_names(shared: Path, pipeline: str) -> None:
    """Measure PIPELINE's names on those of 100 training articles that were read and put right."""
    click.echo(json.dumps(names_of_annotation(spacy.load(pipeline), shared), indent=1))


@main.command(name="all")
@shared_option
@work_option
@click.option("--version", default="0.1.0", show_default=True, help="Version of the pipeline.")
@click.pass_context
def everything(context: click.Context, shared: Path, work: Path, version: str) -> None:
    """Every step in order, into the package; on two free cores about an hour."""
    context.invoke(prepare, shared=shared, work=work)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    parts = [
        subprocess.Popen(
            [sys.executable, "-m", "training.train", "fit", part, "--work", str(work)], env=environment
        )
        for part in _STEPS
    ]
    exits = [process.wait() for process in parts]
    if any(exits):
        raise click.ClickException("training failed; see its output above")
    context.invoke(package, work=work, version=version, output=PACKAGED)
    context.invoke(evaluate, shared=shared, pipeline=str(PACKAGED), record=True)
    context.invoke(coreference, shared=shared, pipeline=PACKAGED, output=MODEL_FOLDER, epochs=6)


if __name__ == "__main__":
    main()
