// What LD_PRELOAD puts before the C library's own calls: FAULT=CALL:N:WHAT makes the Nth CALL of a process (0: each one)
// go wrong, and creates the file $FAULT_HIT when it has.
//   CALL  open, read, write, fsync, close, rename or prctl
//   WHAT  EIO, ENOSPC or EINTR: it fails so; SHORT: it moves at most 7 bytes; KILL: the process dies of SIGKILL before it;
//         CHANGE: before it, the bytes of the file $FAULT_WITH are written over the file $FAULT_FILE, which ends where they do
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int calls;

static void Change(void) {
  char block[4096];
  long from = syscall(SYS_openat, AT_FDCWD, getenv("FAULT_WITH"), O_RDONLY);
  long to = syscall(SYS_openat, AT_FDCWD, getenv("FAULT_FILE"), O_WRONLY | O_TRUNC);
  for (long n; (n = syscall(SYS_read, from, block, sizeof block)) > 0;) syscall(SYS_write, to, block, n);
  syscall(SYS_close, from);
  syscall(SYS_close, to);
}

// 0: go on. 1: the call moves few bytes. -1: it fails, errno is set.
static int Fault(const char* call) {
  const char* fault = getenv("FAULT");
  const size_t length = strlen(call);
  if (fault == NULL || strncmp(fault, call, length) != 0 || fault[length] != ':') return 0;
  char* what;
  const long n = strtol(fault + length + 1, &what, 10);
  if (++calls != n && n != 0) return 0;
  ++what;
  const char* hit = getenv("FAULT_HIT");
  if (hit != NULL) syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, hit, O_WRONLY | O_CREAT, 0666));
  if (strcmp(what, "KILL") == 0) kill(getpid(), SIGKILL);
  if (strcmp(what, "CHANGE") == 0) Change();
  if (strcmp(what, "SHORT") == 0) return 1;
  errno = strcmp(what, "EIO") == 0 ? EIO : strcmp(what, "ENOSPC") == 0 ? ENOSPC : strcmp(what, "EINTR") == 0 ? EINTR : 0;
  return errno == 0 ? 0 : -1;
}

static size_t Few(size_t n) { return n < 7 ? n : 7; }

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
// A call that moves n bytes: `result` is what the real one gives.
#define MOVES(call, n, result)         \
  const int fault = Fault(call);       \
  if (fault < 0) return -1;            \
  if (fault > 0) n = Few(n);           \
  return result

ssize_t read(int fd, void* to, size_t n) { MOVES("read", n, NEXT(read)(fd, to, n)); }
ssize_t pread(int fd, void* to, size_t n, off_t at) { MOVES("read", n, NEXT(pread)(fd, to, n, at)); }
ssize_t pread64(int fd, void* to, size_t n, off64_t at) { MOVES("read", n, NEXT(pread64)(fd, to, n, at)); }
ssize_t __read_chk(int fd, void* to, size_t n, size_t room) {
  if (n > room) abort();
  MOVES("read", n, NEXT(read)(fd, to, n));
}
ssize_t __pread_chk(int fd, void* to, size_t n, off_t at, size_t room) {
  if (n > room) abort();
  MOVES("read", n, NEXT(pread)(fd, to, n, at));
}
ssize_t __pread64_chk(int fd, void* to, size_t n, off64_t at, size_t room) {
  if (n > room) abort();
  MOVES("read", n, NEXT(pread64)(fd, to, n, at));
}
ssize_t write(int fd, const void* from, size_t n) { MOVES("write", n, NEXT(write)(fd, from, n)); }
ssize_t pwrite(int fd, const void* from, size_t n, off_t at) { MOVES("write", n, NEXT(pwrite)(fd, from, n, at)); }
ssize_t pwrite64(int fd, const void* from, size_t n, off64_t at) { MOVES("write", n, NEXT(pwrite64)(fd, from, n, at)); }

static int Opened(const char* path, int flags, unsigned mode) {
  if (Fault("open") < 0) return -1;
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
#define MODE(flags)                 \
  unsigned mode = 0;                \
  if ((flags) & O_CREAT) {          \
    va_list more;                   \
    va_start(more, flags);          \
    mode = va_arg(more, unsigned);  \
    va_end(more);                   \
  }
int open(const char* path, int flags, ...) {
  MODE(flags)
  return Opened(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  MODE(flags)
  return Opened(path, flags, mode);
}
int __open_2(const char* path, int flags) { return Opened(path, flags, 0); }
int __open64_2(const char* path, int flags) { return Opened(path, flags, 0); }

int fsync(int fd) { return Fault("fsync") < 0 ? -1 : NEXT(fsync)(fd); }
int rename(const char* from, const char* to) { return Fault("rename") < 0 ? -1 : NEXT(rename)(from, to); }
int close(int fd) {
  const int fault = Fault("close"), error = errno;
  const int result = NEXT(close)(fd);  // the descriptor is gone whatever close says
  errno = fault < 0 ? error : errno;
  return fault < 0 ? -1 : result;
}
int prctl(int option, ...) {
  if (Fault("prctl") < 0) return -1;
  va_list more;
  va_start(more, option);
  unsigned long rest[4];
  for (int i = 0; i < 4; ++i) rest[i] = va_arg(more, unsigned long);
  va_end(more);
  return (int)syscall(SYS_prctl, option, rest[0], rest[1], rest[2], rest[3]);
}
