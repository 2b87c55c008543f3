#include "cli/sandbox.h"

#include <cerrno>

#ifdef __linux__
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>
#endif

namespace pratique::cli {

#ifdef __linux__
namespace {

#ifdef __x86_64__
constexpr uint32_t kMachine = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kMachine = AUDIT_ARCH_AARCH64;
#endif

// What reading, computing, answering and ending take. SYS_newfstatat is fstat's; it opens nothing.
constexpr auto kAllowed = std::to_array<uint32_t>(
    {SYS_read,         SYS_pread64,        SYS_lseek,      SYS_fstat,         SYS_newfstatat,
     SYS_close,        SYS_write,          SYS_sendto,     SYS_recvfrom,      SYS_recvmsg,
     SYS_munmap,       SYS_mremap,         SYS_madvise,    SYS_brk,           SYS_futex,
     SYS_rt_sigreturn, SYS_exit,           SYS_exit_group, SYS_clock_gettime, SYS_clock_nanosleep,
     SYS_getrandom,    SYS_restart_syscall});
// Allowed for memory that holds no code: the third argument has no PROT_EXEC.
constexpr auto kWithoutCode = std::to_array<uint32_t>({SYS_mmap, SYS_mprotect});

sock_filter Load(uint32_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset); }
sock_filter Return(uint32_t what) { return BPF_STMT(BPF_RET | BPF_K, what); }
// Skips `hops` instructions where what was loaded is not `value`.
sock_filter UnlessEqual(uint32_t value, uint8_t hops) { return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, hops); }

std::vector<sock_filter> Filter() {
  std::vector<sock_filter> filter = {Load(offsetof(seccomp_data, arch)),
                                     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0),
                                     Return(SECCOMP_RET_KILL_PROCESS), Load(offsetof(seccomp_data, nr))};
  for (uint32_t call : kAllowed) {
    filter.push_back(UnlessEqual(call, 1));
    filter.push_back(Return(SECCOMP_RET_ALLOW));
  }
  for (uint32_t call : kWithoutCode) {
    filter.push_back(UnlessEqual(call, 4));
    filter.push_back(Load(offsetof(seccomp_data, args) + 2 * sizeof(uint64_t)));  // little-endian: its low half
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0));
    filter.push_back(Return(SECCOMP_RET_ALLOW));
    filter.push_back(Return(SECCOMP_RET_ERRNO | EACCES));
  }
  filter.push_back(Return(SECCOMP_RET_ERRNO | EACCES));
  return filter;
}

// linux/landlock.h, of which the system's is older than many a kernel. Numbers of system calls are those of every
// machine.
constexpr long kLandlockCreateRuleset = 444, kLandlockRestrictSelf = 446;
constexpr uint32_t kLandlockVersion = 1;
// What each version of the kernel's interface can refuse: 13 accesses; then linking elsewhere, truncating, ioctl.
uint64_t AllAccesses(long version) {
  uint64_t all = (1 << 13) - 1;
  if (version >= 2) all |= 1 << 13;
  if (version >= 3) all |= 1 << 14;
  if (version >= 5) all |= 1 << 15;
  return all;
}

}  // namespace

bool ForbidPaths() {
  if (!kHasSandbox || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  const long version = syscall(kLandlockCreateRuleset, nullptr, 0, kLandlockVersion);
  if (version < 1) return false;
  const uint64_t handled = AllAccesses(version);  // and no rule that would allow any of them anywhere
  const auto rules = static_cast<int>(syscall(kLandlockCreateRuleset, &handled, sizeof handled, 0));
  if (rules < 0) return false;
  const bool done = syscall(kLandlockRestrictSelf, rules, 0) == 0;
  close(rules);
  return done;
}

bool EnterSandbox() {
  if (!kHasSandbox) return false;
  ForbidPaths();
  std::vector<sock_filter> filter = Filter();
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
bool ForbidPaths() { return false; }
bool EnterSandbox() { return false; }
#endif

}  // namespace pratique::cli
