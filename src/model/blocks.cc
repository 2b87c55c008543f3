#include "model/blocks.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "model/check_array.h"
#include "model/check_view.h"
#include "model/input_error.h"
#include "model/output.h"
#include "model/pace.h"
#include "status_macros.h"

namespace pratique {
namespace {

// Rows of one block: many enough for the kernels to hide latency, few enough for intermediate results to stay in cache,
// and for a file that promises millions of columns, or of steps, not to take gigabytes.
Pace FirstPace(const Graph& graph, const Limits& limits) {
  constexpr uint64_t kMost = 2048, kCells = uint64_t{1} << 20, kBytes = uint64_t{16} << 20;
  const uint64_t first = graph.columns == 0 ? 1 : std::clamp<uint64_t>(kCells / graph.columns, 1, kMost);
  return {first, kMost, std::min(kBytes, limits.memory / 4)};
}

// A slice of CSR by itself: its offsets begin at 0, and there are no entries but its own, which a kernel may copy.
Data ByItself(const Data& slice, Arena& arena) {
  return std::visit(
      [&]<class View>(const View& x) -> Data {
        if constexpr (requires { x.indptr; }) {
          View own = x;
          const int64_t begin = x.indptr[0];
          const auto n = static_cast<size_t>(x.indptr[x.rows] - begin);
          std::span<int64_t> indptr = arena.NewUninitialized<int64_t>(x.rows + 1);
          for (size_t i = 0; i <= x.rows; ++i) indptr[i] = x.indptr[i] - begin;
          own.indptr = indptr;
          own.indices = x.indices.subspan(static_cast<size_t>(begin), n);
          own.data = x.data.subspan(static_cast<size_t>(begin), n);
          return own;
        } else {
          return x;
        }
      },
      slice);
}

class BlockRun {
 public:
  BlockRun(const Graph& graph, const Limits& limits, Method method, const Data& X, size_t first_row,
           const TakeBlock& take, const PlaceOfBlock& place)
      : graph_(graph),
        limits_(limits),
        method_(method),
        X_(X),
        first_row_(first_row),
        rows_(Rows(X)),
        take_(take),
        place_(place) {}

  absl::StatusOr<size_t> Run(size_t threads, Arena& arena) {
    RETURN_IF_ERROR(Check());
    // So many rows at a time that no thread is left with much when the others are done.
    if (threads > 1 && !graph_.TakesAllRows(method_)) share_ = std::max<size_t>(64, rows_ / (4 * threads));
    std::vector<std::jthread> others;
    try {
      for (size_t i = 1; i < std::min(threads, rows_ / share_ + 1); ++i) {
        others.emplace_back([this] {
          Arena own;
          Work(own);
        });
      }
    } catch (const std::system_error&) {
      // As many as there are do it.
    }
    const size_t most_memory = Work(arena);
    others.clear();  // joins
    if (thrown_) std::rethrow_exception(thrown_);
    RETURN_IF_ERROR(status_);
    return most_memory;
  }

 private:
  // Of a block of n rows.
  struct RowsOfBlock final : ResultRows {
    RowsOfBlock(const PlaceOfBlock& place, size_t begin, size_t n) : place(place), begin(begin), n(n) {}
    void* Take(DType dtype, size_t rows, size_t cols) override {
      if (std::exchange(taken, true) || rows != n) return nullptr;
      return place(dtype, begin, cols);
    }
    const PlaceOfBlock& place;
    size_t begin, n;
    bool taken = false;
  };

  absl::Status Check() const {
    const Estimator& root = graph_.root();
    if (!root.signature->Has(method_)) {
      return ToStatus({.stage = Stage::kNone,
                       .reason = Reason::kUnsupported,
                       .code = "input.method",
                       .message = root.signature->methods.empty()
                                      ? absl::StrCat(std::string(root.type->short_name()),
                                                     " has nothing to run on new rows: inspect shows what fit found")
                                      : absl::StrCat(std::string(root.type->short_name()), " has no method ",
                                                     std::string(Name(method_))),
                       .help = root.signature->methods.empty() ? std::string(root.type->refuses) : std::string()});
    }
    RETURN_IF_ERROR(CheckView(X_, RowsOf(method_, *root.signature), limits_));
    if (graph_.TakesAllRows(method_) && first_row_ != 0) {
      return BadInput("input.batch",
                      absl::StrCat(std::string(Name(method_)),
                                   " takes all rows of X together, and these follow others: a result of theirs alone "
                                   "would not be scikit-learn's"),
                      absl::StrCat("rows from ", first_row_, " on"), "all rows in one piece");
    }
    if (method_ == Method::kPredictCov && rows_ > kMostRowsOfCov) {
      return BadInput("input.batch", "predict_cov gives a number for each row of X with each",
                      absl::StrCat(rows_, " rows"), absl::StrCat("at most ", kMostRowsOfCov));
    }
    return absl::OkStatus();
  }

  // Returns what a block took of the arena at most.
  size_t Work(Arena& arena) {
    const bool whole = graph_.TakesAllRows(method_);
    Pace pace = whole ? Pace(rows_, rows_, limits_.memory) : FirstPace(graph_, limits_);
    std::vector<Column> columns;
    size_t most = 0;
    arena.SetLimit(limits_.memory);
    for (size_t begin = 0, end = 0;;) {
      if (begin == end && !TakeRows(pace.rows(), begin, end)) return most;
      const size_t block = std::min(pace.rows(), end - begin);
      try {
        arena.Reset();
        pratique::Run run{arena, limits_, &graph_.root(), first_row_ + begin, rows_};
        const Data slice = block == rows_ ? X_ : ByItself(Slice(X_, begin, begin + block, columns), arena);
        RowsOfBlock rows(place_, begin, block);
        const absl::StatusOr<Data> result = graph_.root().Call(method_, slice, run, &rows);
        most = std::max(most, arena.total());
        if (!Finish(begin, block, result)) return most;
      } catch (const Arena::OverLimit&) {
        most = SIZE_MAX;
        if (!whole && pace.Fewer()) continue;
        Throw(begin);
        return SIZE_MAX;
      } catch (...) {
        Throw(begin);
        return SIZE_MAX;
      }
      begin += block;
      pace.Took(block, arena.charged());
    }
  }

  // The next rows that nobody has taken; false at the end.
  bool TakeRows(size_t most, size_t& begin, size_t& end) {
    std::unique_lock lock(mutex_);
    if (failed_ || next_ == rows_) return false;
    begin = next_;
    end = next_ = begin + std::min({most, share_, rows_ - begin});
    return true;
  }

  // Waits until all rows before are finished; false when one of them failed.
  bool Turn(std::unique_lock<std::mutex>& lock, size_t begin) {
    turn_.wait(lock, [&] { return failed_ || finished_ == begin; });
    return !failed_;
  }

  bool Finish(size_t begin, size_t block, const absl::StatusOr<Data>& result) {
    std::unique_lock lock(mutex_);
    if (!Turn(lock, begin)) return false;
    status_ = result.ok() ? take_(*result, begin) : result.status();
    failed_ = !status_.ok();
    finished_ = begin + block;
    turn_.notify_all();
    return !failed_;
  }

  void Throw(size_t begin) {
    std::unique_lock lock(mutex_);
    if (!Turn(lock, begin)) return;
    thrown_ = std::current_exception();
    failed_ = true;
    turn_.notify_all();
  }

  const Graph& graph_;
  const Limits& limits_;
  const Method method_;
  const Data& X_;
  const size_t first_row_, rows_;
  const TakeBlock& take_;
  const PlaceOfBlock& place_;
  size_t share_ = SIZE_MAX;

  std::mutex mutex_;  // of all below
  std::condition_variable turn_;
  size_t next_ = 0, finished_ = 0;  // rows taken, rows done
  bool failed_ = false;
  absl::Status status_;
  std::exception_ptr thrown_;
};

}  // namespace

absl::StatusOr<size_t> RunInBlocks(const Graph& graph, const Limits& limits, Method method, const Data& X,
                                   const PredictOptions& options, const TakeBlock& take, const PlaceOfBlock& place,
                                   Arena& arena) {
  return BlockRun(graph, limits, method, X, options.first_row, take, place).Run(options.threads, arena);
}

}  // namespace pratique
