from __future__ import annotations

from pathlib import Path

import osmium
import pytest
from osmium.osm import mutable

from rumbo.errors import InvalidInput, UnreadableFile
from rumbo.regions.source import read_source


def write_road(path: Path, *places: tuple[float, float], **tags: str) -> Path:
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, place in enumerate(places, 1):
            writer.add_node(mutable.Node(id=number, version=1, location=place))
        nodes = list(range(1, len(places) + 1))
        writer.add_way(mutable.Way(id=1, version=1, nodes=nodes, tags=tags))
    return path


def test_the_box_is_that_of_the_nodes_where_the_header_has_none(town_pbf: Path) -> None:
    source = read_source(town_pbf)
    assert source.bbox == pytest.approx((32.65, -18.97, 32.666, -18.946))
    assert source.roads == 19
    assert source.country is None
    assert source.bytes == town_pbf.stat().st_size


def test_the_country_is_the_one_most_of_the_data_names(tmp_path: Path) -> None:
    pbf = write_road(
        tmp_path / "x.osm.pbf", (1.0, 2.0), (1.1, 2.0), highway="service", **{"addr:country": "pt"}
    )
    assert read_source(pbf).country == "PT"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a map", b'<osm version="0.6"></osm>'])
def test_a_file_that_is_no_pbf_is_refused_with_a_hint(tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.osm.pbf"
    bad.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"bad\.osm\.pbf") as error:
        read_source(bad)
    assert error.value.hint


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.osm.pbf", tmp_path):
        with pytest.raises(UnreadableFile, match="cannot be read"):
            read_source(path)


def test_a_file_cut_short_is_refused(town_pbf: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(town_pbf.read_bytes()[:-100])
    with pytest.raises(UnreadableFile, match="not a readable"):
        read_source(cut)


def test_a_file_with_damaged_bytes_is_refused(town_pbf: Path, tmp_path: Path) -> None:
    damaged = bytearray(town_pbf.read_bytes())
    damaged[len(damaged) // 2 : len(damaged) // 2 + 40] = bytes(40)
    bad = tmp_path / "damaged.osm.pbf"
    bad.write_bytes(damaged)
    with pytest.raises(UnreadableFile, match="not a readable"):
        read_source(bad)


def test_an_extract_without_roads_is_refused(tmp_path: Path) -> None:
    footpath = write_road(tmp_path / "x.osm.pbf", (1.0, 2.0), (1.1, 2.0), highway="footway")
    with pytest.raises(UnreadableFile, match="no road"):
        read_source(footpath)


def test_an_extract_over_the_antimeridian_is_refused(tmp_path: Path) -> None:
    pbf = write_road(tmp_path / "x.osm.pbf", (179.9, -17.0), (-179.9, -17.0), highway="primary")
    with pytest.raises(InvalidInput, match="antimeridian"):
        read_source(pbf)
