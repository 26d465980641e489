#!/usr/bin/python3
"""What the images consist of: flash and RAM by part, the stack, and what must not be in them.

usage: images.py     prints the table of flash and RAM of boards/README.md
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/bench"), str(ROOT / "tests/firmware")]
import stack  # noqa: E402
from budgets import Budgets  # noqa: E402

BUILD = ROOT / "build"
BOARDS = ("mps2-an385", "mps2-an500", "mps2-an505", "lm3s6965evb", "microbit", "riscv32-virt")
LTO = "microbit-lto"  # its parts cannot be told apart
EXAMPLES = ("echo", "echo_tls", "telemetry", "telemetry_tls", "upload", "upload_tls", "server", "server_tls", "hello", "c_client")
ALL = [(board, example) for board in (*BOARDS, LTO) for example in EXAMPLES]
CLIENT = "lm3s6965evb-client"  # its engine has the client's role only
SEARCHED = [*ALL, (CLIENT, "hello")]  # for what must not be in them
PARTS = ("whit", "lwIP", "mbedTLS", "board", "example", "libc")
FORBIDDEN = re.compile(r"\b(_?malloc(_r)?|_?calloc(_r)?|_?realloc(_r)?|_?free(_r)?|_?sbrk(_r)?)(\.[\w.]+)?$"
                       r"|operator (new|delete)|__cxa_(throw|begin_catch|guard)|_Unwind_|__gxx_personality|typeinfo (for|name)")


def part_of(where):
    for mark, part in (("libwhit_core.a", "whit"), ("libboard_tls.a", "whit"), ("libboard_server_tls.a", "whit"),
                       ("libboard_lwip.a", "whit"), ("libboard_lwip_library.a", "lwIP"), ("libboard_tls_library.a", "mbedTLS"),
                       ("libboard_server_tls_library.a", "mbedTLS"), ("libboard.a", "board"), ("CMakeFiles", "example")):
        if mark in where:
            return part
    return "libc"


def sections(map_file):
    """(section, size, object) of everything that is in the image."""
    text = map_file.read_text()
    text = re.sub(r"^( \.\S+)\n +", r"\1 ", text[text.index("Linker script and memory map"):], flags=re.M)
    text = text[:text.index("/DISCARD/")] if "/DISCARD/" in text else text
    pattern = re.compile(r"^ (\.(?:text|rodata|srodata|vectors|data|sdata|bss|sbss|init_array)\S*|COMMON)\s+0x([0-9a-f]+)"
                         r"\s+0x([0-9a-f]+)\s+(\S+)$", re.M)
    for name, _address, size, where in pattern.findall(text):
        if int(size, 16):
            yield name, int(size, 16), where


def weigh(board, example):
    """Bytes of flash and of static RAM by part. What the linker drops it lists before the map, so all of this stays."""
    flash, ram = dict.fromkeys(PARTS, 0), dict.fromkeys(PARTS, 0)
    for name, size, where in sections(BUILD / board / f"{example}.map"):
        part = part_of(where)
        data, zeros = name.startswith((".data", ".sdata")), name.startswith((".bss", ".sbss", "COMMON"))
        if not zeros:
            flash[part] += size
        if data or zeros:
            ram[part] += size
    return flash, ram


def image(board, example):
    return BUILD / board / "examples" / f"{example}.elf"


def tool(board, name):
    return ("riscv64-unknown-elf-" if board.startswith("riscv") else "arm-none-eabi-") + name


def forbidden(board, example):
    out = subprocess.run([tool(board, "nm"), "-C", image(board, example)], capture_output=True, text=True, check=True).stdout
    names = [line.split(" ", 2)[-1] for line in out.splitlines()]
    return [name for name in names if FORBIDDEN.search(name)]


def judge_symbols():
    """(problems, how many images have none): nothing allocates, throws or asks for types."""
    problems = []
    for board, example in SEARCHED:
        found = forbidden(board, example)
        if found:
            problems.append(f"{board} {example} contains {', '.join(found[:5])}")
    return problems, len(SEARCHED) - len(problems)


def table():
    """Lines of Markdown: flash and static RAM of each image, split by part where that can be told."""
    parts = PARTS[:4]
    yield "| image | | " + " | ".join(f"{kind} | {' | '.join(parts)} | rest" for kind in ("flash", "RAM")) + " |"
    yield "|---|---|" + "---|" * (2 * len(parts) + 4)
    for board, example in SEARCHED:
        cells = [""] * (2 * len(parts) + 4)
        if board == LTO:
            cells[0], cells[len(parts) + 2] = totals(board, example)
        else:
            cells = [number for use in weigh(board, example) for number in split(use, parts)]
        yield f"| `{board}` | `{example}` | " + " | ".join(map(str, cells)) + " |"


def split(use, parts):
    return [sum(use.values()), *(use[part] for part in parts), sum(use[part] for part in PARTS if part not in parts)]


def totals(board, example):
    """Bytes of flash and of static RAM."""
    out = subprocess.run([tool(board, "size"), image(board, example)], capture_output=True, text=True, check=True).stdout
    text, data, bss = map(int, out.splitlines()[1].split()[:3])
    return text + data, data + bss


def readme_disagrees(lines, how):
    """Where a table of boards/README.md is not this one, give or take a twentieth or 64 bytes."""
    given = [line.split("|") for line in (ROOT / "boards/README.md").read_text().splitlines() if line.startswith("|")]
    for line in lines:
        cells = line.split("|")
        rows = [row for row in given if row[1] == cells[1]]
        if not any(len(row) == len(cells) and all(map(close, row, cells)) for row in rows):
            yield f"boards/README.md has not, give or take a twentieth (see tests/firmware/{how}): {line}"


def close(one, other):
    one, other = one.strip(), other.strip()
    if not (one.isdigit() and other.isdigit()):
        return one == other
    return abs(int(one) - int(other)) <= max(int(other) / 20, 64)


def judge_stacks(painted, budgets):
    """(problems, {image: worst}). `painted`: what each image said it has used."""
    sizes, problems = stack.measure(ALL)
    for image in ALL:
        worst, reserved = sizes[image]
        if worst < painted.get(image, 0):
            problems.append(f"{' '.join(image)} has used {painted[image]} bytes of stack, and {worst} should be the worst")
        if worst > reserved:
            problems.append(f"{' '.join(image)} may use {worst} bytes of stack, and the linker script reserves {reserved}")
    problems += readme_disagrees(stack.table(sizes), "stack.py --table")
    for board, example in (("microbit", "telemetry_tls"), ("microbit-lto", "telemetry_tls")):
        budgets.at_most(f"{board} {example} worst stack", sizes[board, example][0])
    return problems, {image: size[0] for image, size in sizes.items()}


def objects_of_a_client():
    """Bytes of the WebSocket, its ring and its options, and of the connection below it."""
    out = subprocess.run([tool(CLIENT, "nm"), "-CS", image(CLIENT, "hello")], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^\S+ (\S+) [bBdD] (?:main::(socket|options)|\(anonymous namespace\)::(ring)|whit::board::.*::(connection))$", out, re.M)
    assert len(found) == 4, f"not the objects of a client: {found}"
    return sum(int(each[0], 16) for each in found)


def report(stacks, figures):
    """Prints the tables and returns (passed, failed). `stacks`: what each image said of its stack, by (board, example);
    `figures`: what the tests measured, by the names of the budgets."""
    budgets = Budgets(ROOT / "tests/bench/budgets.txt")
    problems, worst = judge_stacks(stacks, budgets)
    problems += readme_disagrees(table(), "images.py")
    found, good = judge_symbols()
    problems += found
    good += len(ALL)
    print("# Bytes of flash, of static RAM, and of stack: as painted, and the worst by the call graph")
    print("| board | example | " + " | ".join(f"{part} flash" for part in PARTS) + " | flash | "
          + " | ".join(f"{part} RAM" for part in PARTS) + " | RAM | stack | worst |")
    print("|---|---|" + "---|" * (2 * len(PARTS) + 4))
    for board in BOARDS:
        for example in EXAMPLES:
            flash, ram = weigh(board, example)
            cells = [flash[part] for part in PARTS] + [sum(flash.values())] + [ram[part] for part in PARTS] + [sum(ram.values())]
            print(f"| {board} | {example} | " + " | ".join(map(str, cells))
                  + f" | {stacks.get((board, example), 0)} | {worst[board, example]} |")
    for example in EXAMPLES:
        print(f"| {LTO} | {example} |" + " |" * (2 * len(PARTS) + 2) + f" {stacks.get((LTO, example), 0)} | {worst[LTO, example]} |")
    for example in ("telemetry_tls", "echo_tls", "server_tls"):
        flash, ram = weigh("microbit", example)
        budgets.at_most(f"microbit {example} flash", sum(flash.values()))
        budgets.at_most(f"microbit {example} ram", sum(ram.values()) + stacks.get(("microbit", example), 16384))
    flash, _ = weigh(CLIENT, "hello")
    budgets.at_most("lm3s6965evb whit flash", flash["whit"])
    budgets.at_most("lm3s6965evb whit ram", objects_of_a_client())
    for name, value in figures.items():
        if name == "m3 throughput":
            budgets.at_least(name, value)
        elif name in budgets.lines:
            budgets.at_most(name, value)
        else:
            print(f"| {name:24} | {value:8} |")
    for problem in problems:
        print(problem)
    return budgets.passed + good, budgets.failed + len(problems)


if __name__ == "__main__":
    print("\n".join(table()))
