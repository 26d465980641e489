"""The functions of an image, read from its machine code: how deep the stack of each is, and whom it calls with how much of it in use.

From the code, as it takes in what no compiler tells of: the C library, assembly, and what link-time optimisation made.
"""
import bisect
import re
import subprocess
from dataclasses import dataclass, field


@dataclass
class Function:
    name: str
    frame: int = 0  # bytes, at its deepest
    calls: dict = field(default_factory=dict)  # address of the callee: bytes in use then
    pointers: dict = field(default_factory=dict)  # address of a call through a pointer: bytes in use then
    unclear: list = field(default_factory=list)  # what could not be followed


@dataclass
class Image:
    functions: dict  # address: Function
    symbols: dict  # name: value, of everything
    path: str
    prefix: str  # of the tools

    def places(self, addresses):
        """{address: "function|FILE:LINE"} of the innermost function, inlined ones counted, that an instruction was written in."""
        addresses = sorted(addresses)
        out = run(self.prefix + "addr2line", "-C", "-f", "-e", self.path, *map(hex, addresses)).splitlines()
        return {each: (out[2 * i], out[2 * i + 1].split(" (")[0]) for i, each in enumerate(addresses)}


def run(*command):
    return subprocess.run([str(each) for each in command], capture_output=True, text=True, check=True, timeout=60).stdout


def plain(name):
    """Without what GCC adds to clones: "f.isra.0", "f() [clone .part.0]"."""
    return re.sub(r"( \[clone [^]]*\])+$|(\.(isra|part|constprop|lto_priv|cold)(\.\d+)?)+$", "", name)


class Arm:
    """Thumb. What a line does to the stack pointer, and where it goes."""
    prefix = "arm-none-eabi-"
    thumb = 1  # in pointers
    conditional = re.compile(r"(b(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)(\.[nw])?|cbn?z)$")

    def __init__(self, words):
        self.words = words  # of literal pools

    def moves(self, op, args, before):
        """Bytes that the stack grows by; None if it cannot be told."""
        listed = args[args.find("{") + 1:].rstrip("}").count(",") + 1
        number = re.search(r"#(-?\d+)$", args)
        if op.startswith("push") or (op.startswith("stmdb") and args.startswith("sp!")):
            return 4 * listed
        if op.startswith("pop") or (op.startswith("ldmia") and args.startswith("sp!")):
            return -4 * listed
        if re.match(r"(sub|subw|sub\.w|add|addw|add\.w)$", op) and re.match(r"sp, (sp, )?#", args):
            return int(number[1]) * (1 if op.startswith("sub") else -1)
        if re.search(r"\[sp, #-\d+\]!$", args):
            return -int(re.search(r"#(-?\d+)\]!", args)[1])
        if re.search(r"\[sp\], #\d+$", args):
            return -int(number[1])
        if op == "add" and re.match(r"sp, r\d+$", args):
            return self.literal(args[4:], before)
        if re.match(r"sp(, |$)", args) and not re.match(r"(cmp|str|stm|tst)", op):
            return None
        return 0

    def literal(self, register, before):
        """What a register that is added to the stack pointer has: from a pool, or shifted."""
        shift = 0
        for op, args in reversed(before):
            found = re.match(rf"{register}, (?:{register}, )?#(\d+)$", args)
            if op == "lsls" and found:
                shift += int(found[1])
            elif op == "movs" and found:
                return -(int(found[1]) << shift)
            found = re.match(rf"{register}, \[pc, .*\(([0-9a-f]+)", args)
            if op.startswith("ldr") and found:
                value = self.words.get(int(found[1], 16))
                return None if value is None else -(value - (1 << 32) if value >> 31 else value)
        return None

    def goes(self, op, args, before):
        """(kind, target): next, branch, jump, call, pointer, tail pointer, switch, return, stop."""
        target = re.search(r"\b([0-9a-f]+) <", args)
        target = int(target[1], 16) if target else None
        if op == "bl":
            return ("switch" if "__gnu_thumb1_case" in args else "call"), target
        if op.startswith("blx"):
            return "pointer", None
        if self.conditional.match(op):
            return "branch", target
        if re.match(r"b(\.[nw])?$", op):
            return "jump", target
        if op.startswith("tb") or re.match(r"ldr(\.w)?$", op) and re.match(r"pc, \[r", args) or op == "mov" and args.startswith("pc, r"):
            return "switch", None
        if re.match(r"bx$", op) and args != "lr":
            popped = any(o == "pop" and args in a for o, a in before[-4:])
            return ("return" if popped else "tail pointer"), None
        if op == "udf":
            return "stop", None
        if op == "bx" or re.match(r"(pop|ldmia\.w)$", op) and "pc}" in args or re.match(r"ldr(\.w)?$", op) and args.startswith("pc, [sp]"):
            return "return", None
        return "next", None


class RiscV:
    """rv32imac."""
    prefix = "riscv64-unknown-elf-"
    thumb = 0
    conditional = re.compile(r"b(eq|ne|lt|ge|gt|le)[a-z]*$")

    def __init__(self, words):
        pass

    def moves(self, op, args, before):
        found = re.match(r"sp,sp,(-?\d+|\w+)$", args)
        if args.startswith("sp,0x") or before and before[-1][0] == "auipc" and before[-1][1].startswith("sp,"):
            return 0  # where it begins
        if op in ("add", "addi", "c.addi16sp") and found:
            return -int(found[1]) if found[1].lstrip("-").isdigit() else self.loaded(found[1], before)
        return None if re.match(r"sp,", args) and not re.match(r"(s[bhw]|b\w+)$", op) else 0

    def loaded(self, register, before):
        """lui and add, or li."""
        low = 0
        for op, args in reversed(before):
            found = re.match(rf"{register},(?:({register}),)?(-?\w+)$", args)
            if not found:
                continue
            value = int(found[2], 0)
            if op in ("add", "addi") and found[1]:
                low += value
            elif op == "lui":
                value <<= 12
                return -((value - (1 << 32) if value >> 31 else value) + low)
            elif op == "li":
                return -(value + low)
            else:
                return None
        return None

    def goes(self, op, args, before):
        target = re.search(r"\b([0-9a-f]+) <", args)
        target = int(target[1], 16) if target else None
        if op == "jal":
            return "call", target
        if op == "jalr":
            return "pointer", None
        if self.conditional.match(op):
            return "branch", target
        if op == "j":
            return "jump", target
        if op == "jr":  # a table's entry was added to the table's address; a pointer was loaded
            last = next((o for o, a in reversed(before) if re.match(rf"{args}\b", a)), "")
            return ("switch" if last == "add" else "tail pointer"), None
        if op in ("unimp", "ebreak"):
            return "stop", None
        if op in ("ret", "mret"):
            return "return", None
        return "next", None


def read(path, machine):
    """The Image of an ELF file. `machine`: Arm or RiscV."""
    prefix = machine.prefix
    symbols, starts, sizes, data = {}, {}, {}, set()
    for line in run(prefix + "nm", "-C", path).splitlines():
        value, _kind, name = (line.split(" ", 2) + ["", ""])[:3]
        symbols.setdefault(plain(name), int(value or "0", 16))
    for line in run(prefix + "readelf", "-sW", "-C", path).splitlines():
        found = re.match(r"\s*\d+: ([0-9a-f]+) +(\d+) (FUNC|OBJECT) +\S+ +\S+ +\d+ (.+)", line)
        if found and found[3] == "FUNC":
            start = int(found[1], 16) & ~1
            starts[start], sizes[start] = plain(found[4]), int(found[2])
        elif found:
            data.add(int(found[1], 16))
    instructions, words = {}, {}
    for line in run(prefix + "objdump", "-d", "--no-show-raw-insn", path).splitlines():
        found = re.match(r"\s*([0-9a-f]+):\t(\S+)\s*([^@#<;]*(?:#-?\d+[^@#<;]*)*(?:<[^>]*>)?)(.*)", line)
        label = re.match(r"([0-9a-f]+) <(.+)>:$", line)
        if label:
            skip = int(label[1], 16) in data
            if not skip:
                starts.setdefault(int(label[1], 16), label[2])
        elif found and not skip:
            address, op, args = int(found[1], 16), found[2], found[3].strip()
            if op in (".word", ".short", ".byte"):
                words[address] = int(args.split()[0], 16)
            else:
                literal = re.search(r"\(([0-9a-f]+) <", found[4]) if "[pc" in args else None
                instructions[address] = (op, args + (f" ({literal[1]}" if literal else ""))
    machine = machine(words)
    order = sorted(instructions)
    bounds = sorted(starts)
    functions = {}
    for start, following in zip(bounds, bounds[1:] + [order[-1] + 1]):
        end = min(following, start + (sizes.get(start) or following))
        inside = order[bisect.bisect_left(order, start):bisect.bisect_left(order, end)]
        functions[start] = follow(starts[start], inside, following if following == end else None, instructions, machine)
    return Image(functions, symbols, path, prefix)


def follow(name, addresses, end, instructions, machine):
    """Walks all ways through a function."""
    one = Function(name)
    index = {address: i for i, address in enumerate(addresses)}
    lines = [instructions[address] for address in addresses]
    seen, switch, work = {}, 0, [(addresses[0], 0)] if addresses else []
    frames = {}
    while True:
        if not work:
            rest = next((each for each in addresses if each not in seen and instructions[each][0] != "nop"), None)
            if rest is None:
                return one
            work.append((rest, switch))
        address, depth = work.pop()
        while address in index and seen.get(address, -1) < depth:
            seen[address] = depth
            i = index[address]
            op, args = lines[i]
            before = lines[max(0, i - 40):i]
            saved = re.match(r"(r7|s0), ?sp(?:, ?#?(\d+))?$", args)
            if saved:
                frames[saved[1]] = depth - int(saved[2] or 0)
            moved = machine.moves(op, args, before)
            if re.match(r"sp, ?(r7|s0)$", args) and args.split(",")[1].strip() in frames:
                moved = frames[args.split(",")[1].strip()] - depth
            if moved is None:
                one.unclear.append(f"{address:x} {op} {args}")
                moved = 0
            kind, target = machine.goes(op, args, before)
            depth += moved
            one.frame = max(one.frame, depth)
            if kind == "call" and target in index and target != addresses[0]:
                kind = "jump"  # Thumb-1 has no other way so far
            if kind == "switch":
                switch = max(switch, depth)
            if kind == "call" or (kind in ("jump", "branch") and target not in index):
                one.calls[target] = max(one.calls.get(target, 0), depth)
            elif kind in ("jump", "branch"):
                work.append((target, depth))
            if kind in ("pointer", "tail pointer"):
                one.pointers[address] = max(one.pointers.get(address, 0), depth)
            if kind in ("jump", "tail pointer", "switch", "return", "stop"):
                if kind == "return" and depth != 0:
                    one.unclear.append(f"{address:x} returns with {depth} bytes")
                break
            if i + 1 == len(addresses):
                if end is not None and kind == "next":  # into the next one; after a call: that does not return
                    one.calls[end] = max(one.calls.get(end, 0), depth)
                break
            address = addresses[i + 1]
