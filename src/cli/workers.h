// Checks in worker processes: one file's crash is that file's result, and the run goes on.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
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

// A task is bytes. Few are held at once: those in work, and the results that wait for an earlier one.
struct Work {
  std::function<std::optional<std::string>()> next;  // in the parent; nullopt: that was the last
  std::function<Checked(const std::string&)> check;  // in a worker
  std::function<Checked(const std::string& task, const std::string& how)> crashed;  // in the parent: its worker died
  std::function<void(Checked)> done;  // in the parent, in the order of the tasks
};

// Checks all tasks in `jobs` forked processes. The caller has one thread. False when no worker could be started.
bool RunInWorkers(size_t jobs, const Work& work);

}  // namespace pratique::cli
