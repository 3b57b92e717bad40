"""Unpacks every archive of a folder with GNU tar, bsdtar and tarfile, and says what came out.

usage: referees.py ARCHIVES SCRATCH; prints a line of fields with tabs between:
    version REFEREE VERSION
    status ARCHIVE REFEREE STATUS              0, or whatever tells that it was not content
    image ARCHIVE REFEREE PATH SHA256 SECONDS  each regular file called disk.s2e or disk.s2e.SOMETHING
"""
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import warnings

ARCHIVES, SCRATCH = map(os.fsencode, sys.argv[1:3])
PROGRAMS = [name for name in ('tar', 'bsdtar') if shutil.which(name)]


def say(*fields):
    print('\t'.join(fields))


def run(program, archive, target):
    """As root, neither may give files away; bsdtar passes over damage without a word to its caller."""
    done = subprocess.run([program, '--no-same-owner', '-xf', archive, '-C', target], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)
    return 1 if b'Damaged tar archive' in done.stderr else done.returncode


def python(archive, target):
    """Without a filter, as a program that asks for nothing; where there are filters, with the one that only confines."""
    confined = {'filter': 'tar'} if hasattr(tarfile, 'tar_filter') else {}
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                tar.extract(member, target, **confined)
        return 0
    except Exception:
        return 1


def report(archive, referee, unpack):
    target = os.path.join(SCRATCH, b'unpacked')
    os.mkdir(target)
    say('status', archive, referee, str(unpack(os.path.join(ARCHIVES, os.fsencode(archive)), os.fsdecode(target))))
    for folder, _, files in os.walk(target):
        for file in files:
            path = os.path.join(folder, file)
            entry = os.lstat(path)
            if stat.S_ISREG(entry.st_mode) and (file == b'disk.s2e' or file.startswith(b'disk.s2e.')):
                with open(path, 'rb') as content:
                    digest = hashlib.sha256(content.read()).hexdigest()
                say('image', archive, referee, os.fsdecode(os.path.relpath(path, target)), digest,
                    str(entry.st_mtime_ns // 10 ** 9))
    shutil.rmtree(target)


warnings.simplefilter('ignore')
for name in PROGRAMS:
    first = subprocess.run([name, '--version'], stdout=subprocess.PIPE).stdout.decode().split('\n')[0]
    say('version', name, first.split(' - ')[0].split()[-1])
say('version', 'python3', '%d.%d' % sys.version_info[:2])
for archive in sorted(os.listdir(os.fsdecode(ARCHIVES))):
    for name in PROGRAMS:
        report(archive, name, lambda file, target: run(name, os.fsdecode(file), target))
    report(archive, 'python3', lambda file, target: python(os.fsdecode(file), target))
