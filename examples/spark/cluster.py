"""Apache Spark on loopback: a master, two workers and a Spark Connect server, `python cluster.py start|stop`.

The Python package of Spark has all of it but the scripts that start it. Each part is a process of its
own, with its log and its number in `.spark/`, which nobody else may read.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyspark

HERE = Path(__file__).resolve().parent
STATE = HERE / ".spark"
HOME = Path(pyspark.__file__).parent
MASTER_PORT, CONNECT_PORT = 17077, 15002
WORKERS = 2
# Of each worker; SPARK_MEMORY says another one.
MEMORY = os.environ.get("SPARK_MEMORY", "2g")
SECONDS = 60

MASTER = f"spark://127.0.0.1:{MASTER_PORT}"
CLASS = "org.apache.spark.deploy"


def environment() -> dict[str, str]:
    """What the processes find: all stays on loopback and in `.spark/`."""
    return os.environ | {
        "SPARK_HOME": str(HOME),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_HOSTNAME": "localhost",
        "SPARK_LOCAL_DIRS": str(STATE / "scratch"),
        "SPARK_WORKER_DIR": str(STATE / "work"),
        "SPARK_DAEMON_MEMORY": "512m",
        "PYSPARK_PYTHON": sys.executable,
    }


def run(name: str, *command: str) -> None:
    """Start a process of its own, with its log and number in `.spark/`."""
    with (STATE / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            [str(HOME / "bin" / command[0]), *command[1:]], env=environment(), stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True, cwd=STATE,
        )
    (STATE / f"{name}.pid").write_text(str(process.pid))


def wait_for(port: int, name: str) -> None:
    """Wait until somebody listens on a port of loopback."""
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    sys.exit(f"{STATE / name}.log: found nothing that listens on port {port} after {SECONDS} s; expected {name}")


def start() -> None:
    """Start what does not run yet."""
    if any(STATE.glob("*.pid")):
        stop()
    os.umask(0o077)
    (STATE / "scratch").mkdir(parents=True, exist_ok=True)
    run("master", "spark-class", f"{CLASS}.master.Master", "--host", "127.0.0.1",
        "--port", str(MASTER_PORT), "--webui-port", "0")
    wait_for(MASTER_PORT, "master")
    for number in range(1, WORKERS + 1):
        run(f"worker{number}", "spark-class", f"{CLASS}.worker.Worker", "--host", "127.0.0.1",
            "--cores", "1", "--memory", MEMORY, "--webui-port", "0", MASTER)
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": CONNECT_PORT,
        "spark.executor.memory": MEMORY,
        "spark.executor.cores": 1,
        "spark.sql.shuffle.partitions": 2 * WORKERS,
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
    }
    run("connect", "spark-submit", "--master", MASTER, "--driver-memory", MEMORY,
        *(part for name, value in settings.items() for part in ("--conf", f"{name}={value}")),
        "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal")
    wait_for(CONNECT_PORT, "connect")
    print(
        f"Apache Spark {pyspark.__version__}, a master and {WORKERS} workers; build on it with\n"
        f"BAROMETER_SPARK_REMOTE=sc://127.0.0.1:{CONNECT_PORT} BAROMETER_LAKE=<folder> "
        "dbt build --target spark"
    )


def stop() -> None:
    """Stop every part, the last one started first."""
    for file in sorted(STATE.glob("*.pid"), key=lambda path: -path.stat().st_mtime):
        try:
            os.killpg(int(file.read_text()), signal.SIGTERM)
        except ProcessLookupError:
            pass
        file.unlink()
    shutil.rmtree(STATE / "scratch", ignore_errors=True)
    shutil.rmtree(STATE / "work", ignore_errors=True)


if __name__ == "__main__":
    {"start": start, "stop": stop}[sys.argv[1]]()
