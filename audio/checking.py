"""Checks a clip pack with measurements: what it can say, how loud its sentences are, whether a joint clicks.
Called by ``goiso voice check`` and the tests of the ready packs."""

from dataclasses import dataclass
from itertools import pairwise

from audio import pcm, reading
from audio.building import LOUDNESS
from audio.errors import BadText
from audio.loudness import lufs
from audio.mixing import Speech
from audio.pack import Pack
from audio.reading import Form, Reading

APART = 1.0  # LU that a sentence may differ from the pack's loudness
EDGE_MS, EDGE = 1, 0.01  # no clip begins or ends louder than this part of full scale
SAMPLES = (("01001", "01"), ("05555", "05"), ("21114", "21"), ("44444", "44"), ("66020", "66"), ("86001", "86"),
           ("90110", "90"), ("99999", "99"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: ``facts`` worth knowing and ``faults``, both in sentences; sentences' loudness in LUFS."""

    facts: tuple[str, ...]
    faults: tuple[str, ...]
    loudness: tuple[float, ...]


def check(pack: Pack) -> Found:
    """Look at every clip and at sentences of every kind."""
    readings = [kind for kind in Reading if _can_say(pack, kind)]
    spoken = [Speech([pack], Form(reading=kind)) for kind in readings]
    calls = [speech.call(*sample) for speech in spoken for sample in SAMPLES]
    levels = tuple(_level(sound.wav) for sound in calls)
    lengths = sorted(sound.ms for sound in calls)
    kinds = ("to", "counter", "spelled", "group", "letter")
    counts = {kind: sum(name.startswith(f"{kind}-") for name in pack.clips) for kind in kinds}
    facts = [
        f"{pack.path}: {len(pack.clips)} clips spoken by {pack.voice}, made {pack.made_at}",
        f"language {pack.language.code} {pack.language.region}".rstrip(),
        "clips of "
        + ", ".join(f"{kind}: {count}" for kind, count in counts.items())
        + "; the rest is said by short ones",
        f"numbers are read by {' or '.join(readings)}",
        f"a call lasts {lengths[0] / 1000:.2f} to {lengths[-1] / 1000:.2f} s",
        f"sentences are {min(levels):.1f} to {max(levels):.1f} LUFS",
        pack.licence,
    ]
    faults = [*_loud(levels), *_edges(pack)]
    if not pack.retracts:
        faults.append("a retraction is only the gong: it has no head-retract or no tail-retract; build it anew")
    return Found(tuple(facts), tuple(faults), levels)


def _can_say(pack: Pack, kind: Reading) -> bool:
    try:
        for words in (reading.groups(f"10{value:03}", pack.language, Form(reading=kind)) for value in range(1000)):
            for phrase in words:
                pack.clips_of(phrase.words)
    except BadText:
        return False
    return True


def _level(wav: bytes) -> float:
    return lufs(pcm.samples(pcm.from_wav(wav)))


def _loud(levels: tuple[float, ...]) -> list[str]:
    middle = (min(levels) + max(levels)) / 2
    faults = []
    if max(levels) - min(levels) > 2 * APART:
        faults.append(f"sentences are {max(levels) - min(levels):.1f} LU apart, expected at most {2 * APART:.0f}")
    if abs(middle - LOUDNESS) > 2 * APART:
        faults.append(f"sentences are at {middle:.1f} LUFS, expected {LOUDNESS:.0f}; build the pack anew")
    return faults


def _edges(pack: Pack) -> list[str]:
    faults = []
    for clip in pack.clips.values():
        found = pcm.samples(clip.sound)
        few = pcm.RATE * EDGE_MS // 1000
        if max(pcm.peak(found[:few]), pcm.peak(found[-few:])) > EDGE * pcm.FULL:
            faults.append(f"{clip.path} begins or ends with a click")
        if clip.lufs is not None and clip.lufs < LOUDNESS - APART:
            faults.append(f"{clip.path} is {LOUDNESS - clip.lufs:.1f} LU too soft: its peaks leave no room")
        if any(a == b == c and abs(a) >= pcm.FULL - 1 for (a, b), (_, c) in pairwise(pairwise(found))):
            faults.append(f"{clip.path} is cut off at full scale")
    return faults
