"""What the images consist of: flash and RAM by part, and what must not be in them."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/bench"))
from budgets import Budgets  # noqa: E402

BUILD = ROOT / "build"
BOARDS = ("mps2-an385", "mps2-an500", "mps2-an505", "lm3s6965evb", "microbit", "riscv32-virt")
EXAMPLES = ("echo", "echo_tls", "telemetry", "telemetry_tls", "upload", "upload_tls", "server", "c_client")
PARTS = ("whit", "lwIP", "mbedTLS", "board", "example", "libc")
FORBIDDEN = re.compile(r"\b(_?malloc(_r)?|_?calloc(_r)?|_?realloc(_r)?|_?free(_r)?|_?sbrk(_r)?)$"
                       r"|operator (new|delete)|__cxa_(throw|begin_catch|guard)|_Unwind_|__gxx_personality|typeinfo (for|name)")


def part_of(where):
    for mark, part in (("libwhit_core.a", "whit"), ("libboard_tls.a", "whit"), ("libboard_lwip.a", "whit"),
                       ("libboard_lwip_library.a", "lwIP"), ("libboard_tls_library.a", "mbedTLS"), ("libboard.a", "board"),
                       ("CMakeFiles", "example")):
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


def call_graph(board):
    """The direct calls of each function, as the compiler saw them. Calls through pointers are not in it."""
    calls = {}
    for info in (BUILD / board).glob("**/*.ci"):
        if "unit" in info.parts:  # of the unit tests, whose functions may be called as others are
            continue
        for source, target in re.findall(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', info.read_text()):
            calls.setdefault(source.split(":")[-1], set()).add(target.split(":")[-1])
    return calls


def cycles(calls, present):
    """Groups of functions of an image that can call themselves (Tarjan's strongly connected components)."""
    index, low, stack, on, found = {}, {}, [], set(), []
    for root in sorted(present):
        if root in index:
            continue
        work = [(root, iter(sorted(calls.get(root, ()))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on.add(root)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in present:
                    continue
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on.add(target)
                    work.append((target, iter(sorted(calls.get(target, ())))))
                    break
                if target in on:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = []
                    while True:
                        each = stack.pop()
                        on.discard(each)
                        group.append(each)
                        if each == node:
                            break
                    if len(group) > 1 or node in calls.get(node, ()):
                        found.append(sorted(group))
    return found


# Cycles that end by themselves. GCM runs a cipher context of its own, whose mode is ECB, so the depth is two. A session that ends
# while stop() was followed by start() starts anew; what ends there again was not stopped, so the depth is two as well.
BOUNDED = [["gcm_mask", "mbedtls_cipher_update", "mbedtls_gcm_update"],
           ["_ZN4whit7Session5endedENS_7InstantE", "_ZN4whit7Session5startENS_7InstantE"]]


def functions(board, example):
    out = subprocess.run([tool(board, "nm"), image(board, example)], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1] for line in out.splitlines() if len(line.split()) == 3 and line.split()[1] in "tTwW"}


def report(stacks, figures):
    """Prints the tables and returns (passed, failed). `stacks`: what each image said of its stack, by (board, example);
    `figures`: what the tests measured, by the names of the budgets."""
    budgets = Budgets(ROOT / "tests/bench/budgets.txt")
    problems, good = [], 0
    print("# Bytes of flash, of static RAM, and of stack as painted")
    print("| board | example | " + " | ".join(f"{part} flash" for part in PARTS) + " | flash | "
          + " | ".join(f"{part} RAM" for part in PARTS) + " | RAM | stack |")
    print("|---|---|" + "---|" * (2 * len(PARTS) + 3))
    for board in BOARDS:
        for example in EXAMPLES:
            flash, ram = weigh(board, example)
            stack = stacks.get((board, example), 0)
            print(f"| {board} | {example} | " + " | ".join(str(flash[part]) for part in PARTS) + f" | {sum(flash.values())} | "
                  + " | ".join(str(ram[part]) for part in PARTS) + f" | {sum(ram.values())} | {stack} |")
            found = forbidden(board, example)
            if found:
                problems.append(f"{board} {example} contains {', '.join(found[:5])}")
            good += not found
        calls = call_graph(board)
        for example in ("telemetry_tls", "server"):
            found = [each for each in cycles(calls, functions(board, example)) if each not in BOUNDED]
            if found:
                problems.append(f"{board} {example}: recursion: {found}")
            good += not found
    for example in ("telemetry_tls", "echo_tls"):
        flash, ram = weigh("microbit", example)
        budgets.at_most(f"microbit {example} flash", sum(flash.values()))
        budgets.at_most(f"microbit {example} ram", sum(ram.values()) + stacks.get(("microbit", example), 16384))
    flash, ram = weigh("lm3s6965evb", "echo")
    budgets.at_most("lm3s6965evb whit flash", flash["whit"])
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
