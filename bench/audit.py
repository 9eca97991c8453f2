"""Known vulnerabilities of the packages in requirements/test.txt: `make audit`.

pip-audit, in an environment of its own (.venv-audit), asks the database of PyPI and, for what
that did not answer, the one of OSV. An audit that could not be made is said to be none.

Exit code: 0 every package was audited and nothing is known of any, 1 something is, 2 some
package could not be audited.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
ENVIRONMENT = PROJECT / ".venv-audit"
SERVICES = ("pypi", "osv")


def main() -> int:
    """Audit, print what was found, and return the exit code."""
    names = locked_names((PROJECT / "requirements" / "test.txt").read_text(encoding="utf-8"))
    answers = [answer_of(service) for service in SERVICES]
    code, lines = verdict(names, answers)
    print("\n".join(lines))
    return code


def locked_names(text: str) -> list[str]:
    """Names of the packages that a requirements file pins."""
    pins = [line for line in text.splitlines() if "==" in line and line[0].isalnum()]
    return [pin.split("==")[0].split("[")[0] for pin in pins]


def answer_of(service: str) -> dict[str, list[str]]:
    """Identifiers of the vulnerabilities that a service knows of each package it answered for."""
    audit = subprocess.run(
        [
            pip_audit(), "--vulnerability-service", service, "--format", "json",
            "--progress-spinner", "off", "--require-hashes", "--disable-pip",
            "--requirement", PROJECT / "requirements" / "test.txt",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return answered(audit.stdout)


def answered(text: str) -> dict[str, list[str]]:
    """What pip-audit says in JSON, without what it skipped; nothing where it broke off."""
    try:
        packages = json.loads(text)["dependencies"]
    except ValueError:
        return {}
    return {
        package["name"]: [vulnerability["id"] for vulnerability in package["vulns"]]
        for package in packages
        if "vulns" in package and "skip_reason" not in package
    }


def verdict(names: list[str], answers: list[dict[str, list[str]]]) -> tuple[int, list[str]]:
    """Exit code and lines to print, from the answers of all services."""
    lines, unanswered = [], []
    for name in names:
        found = [answer[name] for answer in answers if name in answer]
        if not found:
            unanswered.append(name)
        for identifier in sorted({identifier for known in found for identifier in known}):
            lines.append(f"{name}: found {identifier}; expected no known vulnerability")
    code = 1 if lines else 0
    lines.append(f"{len(names) - len(unanswered)} of {len(names)} packages audited")
    if unanswered:
        code = code or 2
        which = "all" if unanswered == names else ", ".join(unanswered)
        lines.append(
            f"not audited, so nothing is known of them: {which}; "
            f"expected an answer of {' or '.join(SERVICES)}, which needs the network"
        )
    return code, lines


def pip_audit() -> Path:
    """The command, installed where it is not yet: the project itself has no need of it."""
    command = ENVIRONMENT / "bin" / "pip-audit"
    if not command.exists():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        subprocess.run(
            [ENVIRONMENT / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"],
            check=True,
        )
    return command


if __name__ == "__main__":
    sys.exit(main())
