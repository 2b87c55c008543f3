#include "cli/workers.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <map>
#include <optional>
#include <vector>

namespace pratique::cli {
namespace {

bool SendAll(int fd, const void* data, size_t size) {
  auto* at = static_cast<const char*>(data);
  while (size > 0) {
    ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

bool ReceiveAll(int fd, void* data, size_t size) {
  auto* at = static_cast<char*>(data);
  while (size > 0) {
    ssize_t n = recv(fd, at, size, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

// A result on the wire: five numbers, then the two texts.
using Header = std::array<uint64_t, 5>;

bool SendResult(int fd, const Checked& c) {
  Header header = {static_cast<uint64_t>(c.verdict), static_cast<uint64_t>(c.reason), c.size, c.text.size(),
                   c.sarif.size()};
  return SendAll(fd, header.data(), sizeof header) && SendAll(fd, c.text.data(), c.text.size()) &&
         SendAll(fd, c.sarif.data(), c.sarif.size());
}

std::optional<Checked> ReceiveResult(int fd) {
  Header header;
  if (!ReceiveAll(fd, header.data(), sizeof header)) return std::nullopt;
  Checked c{static_cast<Verdict>(header[0]), static_cast<Reason>(header[1]), header[2], std::string(header[3], '\0'),
            std::string(header[4], '\0')};
  if (!ReceiveAll(fd, c.text.data(), c.text.size()) || !ReceiveAll(fd, c.sarif.data(), c.sarif.size()))
    return std::nullopt;
  return c;
}

struct Worker {
  pid_t pid = -1;
  int fd = -1;
  std::optional<size_t> task;
};

class Pool {
 public:
  Pool(size_t count, const Work& work) : count_(count), work_(work) {}
  ~Pool() {
    for (Worker& worker : workers_) {
      if (worker.pid > 0) Bury(worker);
    }
  }

  bool Run(size_t jobs) {
    workers_.resize(std::min(jobs, count_));
    while (next_done_ < count_) {
      std::vector<pollfd> fds;
      for (Worker& worker : workers_) {
        if (worker.pid < 0 && next_task_ < count_) Start(worker);
        if (worker.pid > 0 && !worker.task && next_task_ < count_) Give(worker);
        fds.push_back({worker.task ? worker.fd : -1, POLLIN, 0});
      }
      if (std::none_of(fds.begin(), fds.end(), [](const pollfd& p) { return p.fd >= 0; })) return false;
      if (poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return false;
      for (size_t i = 0; i < fds.size(); ++i) {
        if (fds[i].fd >= 0 && fds[i].revents != 0) Collect(workers_[i]);
      }
    }
    return true;
  }

 private:
  bool Start(Worker& worker) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
    std::fflush(nullptr);
    worker.pid = fork();
    if (worker.pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (const Worker& other : workers_) {
        if (other.fd >= 0) close(other.fd);
      }
      close(ends[0]);
      Serve(ends[1]);
    }
    close(ends[1]);
    worker.fd = ends[0];
    if (worker.pid > 0) return true;
    close(ends[0]);
    worker.fd = -1;
    return false;
  }

  [[noreturn]] void Serve(int fd) {
    uint64_t task;
    while (ReceiveAll(fd, &task, sizeof task) && SendResult(fd, work_.check(task))) {
    }
    _exit(0);
  }

  void Give(Worker& worker) {
    uint64_t task = next_task_++;
    worker.task = task;
    SendAll(worker.fd, &task, sizeof task);  // a dead worker is found by poll
  }

  void Collect(Worker& worker) {
    size_t task = *worker.task;
    worker.task.reset();
    auto result = ReceiveResult(worker.fd);
    finished_.emplace(task, result ? *std::move(result) : work_.crashed(task, Bury(worker)));
    for (auto at = finished_.begin(); at != finished_.end() && at->first == next_done_; at = finished_.erase(at)) {
      work_.done(next_done_++, std::move(at->second));
    }
  }

  // Closes the worker's socket, at which it ends if it lives; says how it ended.
  std::string Bury(Worker& worker) {
    close(worker.fd);
    int status = 0;
    while (waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) {
    }
    worker = Worker();
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                               : "exit " + std::to_string(WEXITSTATUS(status));
  }

  size_t count_;
  const Work& work_;
  std::vector<Worker> workers_;
  std::map<size_t, Checked> finished_;
  size_t next_task_ = 0, next_done_ = 0;
};

}  // namespace

bool RunInWorkers(size_t count, size_t jobs, const Work& work) { return Pool(count, work).Run(jobs); }

}  // namespace pratique::cli
