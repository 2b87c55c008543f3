// Checks in worker processes: one file's crash is that file's result, and the run goes on.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "pratique/rejection.h"

namespace pratique::cli {

// What the parent needs of a check: the counts, and what is to be printed.
struct Checked {
  Verdict verdict = Verdict::kUnchecked;
  Reason reason = Reason::kInternal;
  uint64_t size = 0;
  std::string text, sarif;
};

struct Work {
  std::function<Checked(size_t)> check;                        // in a worker
  std::function<Checked(size_t, const std::string&)> crashed;  // in the parent: the worker died of this
  std::function<void(size_t, Checked)> done;                   // in the parent, in the order of the indexes
};

// Runs work.check(0) .. work.check(count - 1) in `jobs` forked processes. The caller has one thread. False when no
// worker could be started.
bool RunInWorkers(size_t count, size_t jobs, const Work& work);

}  // namespace pratique::cli
