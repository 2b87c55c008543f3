// Checks in worker processes: one file's crash is that file's result, and the run goes on; what takes a worker over is
// in a process that can open nothing (cli/sandbox.h).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "data/file_io.h"
#include "pratique/rejection.h"

namespace pratique::cli {

// What the parent needs of a check: the counts, and what is to be printed.
struct Checked {
  Verdict verdict = Verdict::kUnchecked;
  Reason reason = Reason::kInternal;
  uint64_t size = 0;
  std::string text, sarif;
};

// Bytes, and a file that the parent has opened for the worker (empty: none).
struct Task {
  Task(std::string what, Fd file = Fd()) : what(std::move(what)), file(std::move(file)) {}
  std::string what;
  Fd file;
};

// Few tasks are held at once: those in work, and the results that wait for an earlier one.
struct Work {
  std::function<std::optional<Task>()> next;  // in the parent; nullopt: that was the last
  std::function<Checked(const Task&)> check;  // in a worker
  std::function<Checked(const std::string& task, const std::string& how)> crashed;  // in the parent: its worker died
  std::function<void(Checked)> done;      // in the parent, in the order of the tasks
  std::function<void()> prepare = [] {};  // in a worker, before the first task: what needs more than the sandbox has
  bool opens = false;                     // check opens files by itself, so that there can be no sandbox
};

// Checks all tasks in `jobs` forked processes. The caller has one thread. False when no worker could be started.
bool RunInWorkers(size_t jobs, const Work& work);

}  // namespace pratique::cli
