# python3 -ISE launch.py COMMAND...: its CPU seconds, peak bytes and exit status. Small, since what a process has before it
# starts another one counts for that one's peak.
import posix
import sys

null = posix.open("/dev/null", posix.O_RDWR)
actions = [(posix.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
_, status, usage = posix.wait4(posix.posix_spawn(sys.argv[1], sys.argv[1:], posix.environ, file_actions=actions), 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, status)
