#!/usr/bin/env python3
"""Manual pages of the command, from what it says of itself.

    manual.py CELLAR FOLDER

writes cellar.1 and a page for each command (cellar-simulate.1 …) into FOLDER; Python's standard library alone.
"""

import datetime
import json
import os
import subprocess
import sys


def roff(text):
    """Text as roff takes it: no line begins a request, no backslash escapes."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def body(text):
    """A discussion: lines that are set in stay as they are, others are filled."""
    out, literal = [], False
    for line in text.strip("\n").split("\n"):
        inset = line.startswith("  ")
        if inset != literal:
            out.append(".nf" if inset else ".fi")
            literal = inset
        out.append(".PP" if not line.strip() else roff(line))
    if literal:
        out.append(".fi")
    return "\n".join(out)


def option(argument):
    """An option's head, such as -o, --out FILE."""
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        return f"\\fI{roff(value)}\\fR"
    dashes = {"short": "-", "longWithSingleDash": "-", "long": "--"}
    names = sorted(argument["names"], key=lambda name: name["kind"] != "short")
    head = ", ".join(f"\\fB{roff(dashes[name['kind']] + name['name'])}\\fR" for name in names)
    return head + (f" \\fI{roff(value)}\\fR" if argument["kind"] == "option" else "")


def page(node, path, version, date):
    name = "-".join(path)
    arguments = [a for a in node.get("arguments", []) if a.get("shouldDisplay", True)]
    children = [c for c in node.get("subcommands", []) if c["commandName"] != "help"]
    out = [f'.TH {name.upper()} 1 "{date}" "Cellar {version}" "Cellar"', ".SH NAME"]
    out.append(f"{roff(name)} \\- {roff(node.get('abstract', '').rstrip('.'))}")
    out += [".SH SYNOPSIS", f".B {roff(' '.join(path))}"]
    positional = [a for a in arguments if a["kind"] == "positional"]
    if children:
        out.append("\\fIcommand\\fR …")
    for argument in positional:
        out.append(option(argument) + (" …" if argument.get("isRepeating") else ""))
    if len(arguments) > len(positional):
        out.append("[\\fIoption\\fR …]")
    if node.get("discussion"):
        out += [".SH DESCRIPTION", body(node["discussion"])]
    if children:
        out.append(".SH COMMANDS")
        for child in children:
            out += [".TP", f".BR {roff('-'.join(path + [child['commandName']]))} (1)", roff(child.get("abstract", ""))]
    if arguments:
        out.append(".SH OPTIONS")
        section = None
        for argument in arguments:
            if argument.get("sectionTitle") not in (section, None):
                section = argument["sectionTitle"]
                out.append(f".SS {roff(section)}")
            out += [".TP", option(argument)]
            words = argument.get("abstract", "")
            if argument.get("allValues"):
                words += " One of " + ", ".join(argument["allValues"]) + "."
            if argument.get("defaultValue"):
                words += f" (default: {argument['defaultValue']})"
            out.append(roff(words) or "\\&")
    out += [
        ".SH EXIT STATUS",
        "0 done, 64 wrong command line, 65 bad data, 66 no such file, 70 a computation failed,",
        "73 output cannot be written, 130 interrupted.",
        ".SH SEE ALSO",
    ]
    above = "-".join(path[:-1]) or "cellar"
    out.append(f".BR {roff(above)} (1)" if len(path) > 1 else "The pages in share/doc/cellar.")
    return name, "\n".join(out) + "\n", children


def write(node, path, version, date, folder):
    name, text, children = page(node, path, version, date)
    with open(os.path.join(folder, f"{name}.1"), "w", encoding="utf-8") as file:
        file.write(text)
    for child in children:
        write(child, path + [child["commandName"]], version, date, folder)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    command, folder = sys.argv[1:]
    ask = lambda option: subprocess.run([command, option], check=True, capture_output=True, text=True).stdout
    os.makedirs(folder, exist_ok=True)
    # Whoever builds packages that can be reproduced names the time.
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", os.path.getmtime(command)))
    date = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).date().isoformat()
    tree = json.loads(ask("--experimental-dump-help"))["command"]
    write(tree, ["cellar"], ask("--version").strip(), date, folder)


if __name__ == "__main__":
    main()
