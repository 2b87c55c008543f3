// What a worker may still do once it reads bytes of a file.
#pragma once

namespace pratique::cli {

// Whether this build has one: Linux on x86-64 or AArch64, and no sanitizer, whose own calls would be refused.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PRATIQUE_UNDER_SANITIZER 1
#elif defined(__has_feature)  // Clang
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define PRATIQUE_UNDER_SANITIZER 1
#endif
#endif
#ifdef PRATIQUE_UNDER_SANITIZER
inline constexpr bool kHasSandbox = false;
#elif defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
inline constexpr bool kHasSandbox = true;
#else
inline constexpr bool kHasSandbox = false;
#endif

// From here on the calling process can read and write what it has open, take and give back memory, receive descriptors
// over its sockets, and end: a filter of system calls (seccomp) refuses all else with EACCES. It can open no file,
// connect nowhere, start nothing, signal nobody, map no code. For the rest of its life, and with no way back. False
// where the kernel has no such filter: then ForbidPaths, which it begins with, is all there is.
bool EnterSandbox();

// From here on the calling process can open, make, change and remove nothing that has a path, by whatever system call
// (Landlock). False where the kernel has none (before 5.13, or not asked for at boot): then nothing has changed.
bool ForbidPaths();

}  // namespace pratique::cli
