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
#include <cstring>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "cli/sandbox.h"

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
  // One call for all: of those that take parts a worker's sandbox has none.
  std::string bytes(reinterpret_cast<const char*>(header.data()), sizeof header);
  bytes += c.text;
  bytes += c.sarif;
  return SendAll(fd, bytes.data(), bytes.size());
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

// Room for one descriptor beside the bytes of a message.
struct Control {
  alignas(cmsghdr) char bytes[CMSG_SPACE(sizeof(int))] = {};
};

// A task on the wire: its size, with which its file goes along, then its bytes.
bool SendTask(int fd, const Task& task) {
  uint64_t size = task.what.size();
  iovec parts[] = {{&size, sizeof size}, {const_cast<char*>(task.what.data()), size}};
  Control control;
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = std::size(parts);
  if (const int file = task.file.get(); file >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof file);
    std::memcpy(CMSG_DATA(head), &file, sizeof file);
  }
  ssize_t n;
  do {
    n = sendmsg(fd, &message, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  if (n < static_cast<ssize_t>(sizeof size)) return false;
  const size_t sent = static_cast<size_t>(n) - sizeof size;
  return SendAll(fd, task.what.data() + sent, task.what.size() - sent);
}

std::optional<Task> ReceiveTask(int fd) {
  uint64_t size = 0;
  iovec part{&size, sizeof size};
  Control control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  ssize_t n;
  do {
    n = recvmsg(fd, &message, MSG_WAITALL | MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  if (n != sizeof size) return std::nullopt;
  Task task(std::string(size, '\0'));
  if (const cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr && head->cmsg_type == SCM_RIGHTS) {
    int file = -1;
    std::memcpy(&file, CMSG_DATA(head), sizeof file);
    task.file = Fd(file);
  }
  return ReceiveAll(fd, task.what.data(), size) ? std::optional(std::move(task)) : std::nullopt;
}

struct Given {
  size_t index;
  Task task;
};

struct Worker {
  pid_t pid = -1;
  int fd = -1;
  std::deque<Given> tasks;  // the first is in work
};

class Pool {
 public:
  explicit Pool(const Work& work) : work_(work), waiting_(work.next()) {}
  ~Pool() {
    for (Worker& worker : workers_) {
      if (worker.pid > 0) Bury(worker);
    }
  }

  bool Run(size_t jobs) {
    workers_ = std::vector<Worker>(jobs);
    while (waiting_ || next_done_ < next_task_) {
      std::vector<pollfd> fds;
      for (Worker& worker : workers_) {
        while (MayGive(worker) && Give(worker)) {
        }
        fds.push_back({worker.tasks.empty() ? -1 : worker.fd, POLLIN, 0});
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
  // One slow file holds back the results of those behind it: not of any number.
  static constexpr size_t kMostAhead = 1024;
  // What a socket takes while nobody reads it: a task that waits there holds up neither side.
  static constexpr size_t kFitsSocket = size_t{1} << 15;

  // A worker that is the only one has its next task along with the one in work, so that it does not sleep between them.
  // Of several, the first that is free takes it.
  bool MayGive(const Worker& worker) const {
    if (!waiting_ || next_task_ - next_done_ >= kMostAhead) return false;
    if (worker.tasks.empty()) return true;
    return workers_.size() == 1 && worker.tasks.size() == 1 && waiting_->what.size() <= kFitsSocket;
  }

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
    work_.prepare();
    if (!work_.opens && EnterSandbox()) Unplug();
    while (auto task = ReceiveTask(fd)) {
      if (!SendResult(fd, work_.check(*task))) break;
    }
    _exit(0);
  }

  // What speaks for the whole run, its output and its terminal, is not the worker's.
  static void Unplug() {
    for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(standard);
  }

  // False when there is no worker.
  bool Give(Worker& worker) {
    if (worker.pid < 0 && !Start(worker)) return false;
    SendTask(worker.fd, *waiting_);  // a dead worker is found by poll
    worker.tasks.push_back({next_task_++, *std::move(waiting_)});
    waiting_ = work_.next();
    return true;
  }

  void Collect(Worker& worker) {
    const Given task = std::move(worker.tasks.front());
    worker.tasks.pop_front();
    auto result = ReceiveResult(worker.fd);
    if (result) {
      finished_.emplace(task.index, *std::move(result));
    } else {
      std::deque<Given> waiting = std::exchange(worker.tasks, {});
      finished_.emplace(task.index, work_.crashed(task.task.what, Bury(worker)));
      // Of those behind it the worker has seen nothing.
      if (!waiting.empty() && Start(worker)) {
        for (const Given& given : waiting) SendTask(worker.fd, given.task);
      }
      worker.tasks = std::move(waiting);
    }
    for (auto at = finished_.begin(); at != finished_.end() && at->first == next_done_; at = finished_.erase(at)) {
      ++next_done_;
      work_.done(std::move(at->second));
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

  const Work& work_;
  std::optional<Task> waiting_;  // the next task
  std::vector<Worker> workers_;
  std::map<size_t, Checked> finished_;
  size_t next_task_ = 0, next_done_ = 0;
};

}  // namespace

bool RunInWorkers(size_t jobs, const Work& work) { return Pool(work).Run(jobs); }

}  // namespace pratique::cli
