"""The folders in which candidates wait, on whatever file system the lake is: through Hadoop's, as Spark sees it."""

from __future__ import annotations

from typing import Any

from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]  # the package ships no types
from pyspark.sql import SparkSession

from rumbo.errors import Unavailable


class Folder:
    """One folder. Raises Unavailable where the file system refuses."""

    def __init__(self, session: SparkSession, path: str) -> None:
        self.path = path
        self._jvm: Any = session._jvm  # noqa: SLF001  # PySpark's one way to Hadoop's file systems
        self._fs: Any = self._at().getFileSystem(session._jsc.hadoopConfiguration())  # noqa: SLF001  # as above

    def names(self) -> list[str]:
        """What lies in it, in order; nothing where it is not there."""
        try:
            found = self._fs.listStatus(self._at()) if self._fs.exists(self._at()) else []
            return sorted(str(one.getPath().getName()) for one in found)
        except Py4JJavaError as exc:
            raise self._refused("listed", exc) from exc

    def read(self, name: str) -> str | None:
        """A small file's text; None where it is not there."""
        try:
            if not self._fs.exists(self._at(name)):
                return None
            stream = self._fs.open(self._at(name))
            try:
                return str(self._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
            finally:
                stream.close()
        except Py4JJavaError as exc:
            raise self._refused("read", exc) from exc

    def write(self, name: str, text: str) -> None:
        try:
            stream = self._fs.create(self._at(name), True)  # Java knows no names: overwrite
            try:
                stream.write(bytearray(text.encode()))
            finally:
                stream.close()
        except Py4JJavaError as exc:
            raise self._refused("written", exc) from exc

    def delete(self, name: str) -> None:
        try:
            self._fs.delete(self._at(name), True)  # Java knows no names: recursive
        except Py4JJavaError as exc:
            raise self._refused("cleaned", exc) from exc

    def _at(self, name: str = "") -> Any:
        return self._jvm.org.apache.hadoop.fs.Path(f"{self.path}/{name}" if name else self.path)

    def _refused(self, what: str, exc: Py4JJavaError) -> Unavailable:
        why = str(exc.java_exception.getMessage() or exc.java_exception.getClass().getSimpleName())
        return Unavailable(f"The folder {self.path} cannot be {what}.", hint=why.splitlines()[0])
