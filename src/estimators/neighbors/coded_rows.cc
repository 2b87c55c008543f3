#include "estimators/neighbors/coded_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/code_distances.h"
#include "kernels/distances.h"

namespace pratique {
namespace {

// What float loses, of numbers that are not far from the result, many times over.
constexpr double kMargin = 1 + 0x1p-20;
// A point's codes are so much finer.
constexpr double kFiner = 16;
// Beside these, squares neither pass what double holds nor vanish.
constexpr double kLeast = 1e-140, kMost = 1e140;

// The nearest integer, but not beyond `most`. (What a code leaves over is computed from it, however it was rounded.)
int CodeOf(double x, int most) { return static_cast<int>(std::clamp<double>(x, -most, most) + most + 0.5) - most; }

// How many steps a row is from its codes, at most: `squared` is the sum of squares of the differences as computed, and
// `of_row` of the row's own distance to the middle, of which their rounding errors are less than 2^-50.
double StepsOff(double squared, double of_row, double step, size_t cols) {
  const double lost = 0x1p-48 * (std::sqrt(of_row) + step * std::sqrt(static_cast<double>(cols)));
  return (std::sqrt(squared) + lost) / step * kMargin;
}

}  // namespace

const CodedRows* CodeRows(const Neighbors& n, Arena& arena) {
  constexpr size_t kFew = 1024, kNarrow = 4;
  const bool squares = n.metric == fb::Metric::Euclidean || n.metric == fb::Metric::SqEuclidean;
  if (n.search != fb::Search::Brute || !squares || n.IsSparse() || n.heap_takes == fb::HeapTakes::Nothing ||
      n.n_samples < kFew || n.n_features < kNarrow || n.n_features > kMostFeatures)
    return nullptr;
  const size_t rows = n.n_samples, cols = n.n_features;
  const double longest = std::sqrt(std::ranges::max(n.norms)) * kMargin;
  if (!(longest < kMost)) return nullptr;

  std::span<double> middle = arena.New<double>(cols), spread = arena.New<double>(cols),
                    widest = arena.New<double>(cols);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < cols; ++j) middle[j] += n.row(i)[j];
  }
  for (double& m : middle) m /= static_cast<double>(rows);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < cols; ++j) {
      const double apart = std::fabs(n.row(i)[j] - middle[j]);
      spread[j] += apart * apart;
      widest[j] = std::max(widest[j], apart);
    }
  }
  // Rows are as far as that, but for few: those have great errors instead of all having coarse codes.
  constexpr double kDeviations = 6;
  constexpr int kCodes = 127;
  const double deviation = std::sqrt(std::ranges::max(spread) / static_cast<double>(rows));
  const double step = std::min(std::ranges::max(widest), kDeviations * deviation) / kCodes;
  if (!(step > kLeast)) return nullptr;
  const double steps = 1 / step;

  const size_t whole = (rows + kRowsOfBlock - 1) / kRowsOfBlock * kRowsOfBlock;
  std::span<uint8_t> codes = arena.New<uint8_t>(PlaceOfCode(whole, 0, cols));
  std::span<float> sums = arena.NewUninitialized<float>(whole), errors = arena.NewUninitialized<float>(rows);
  std::ranges::fill(sums, std::numeric_limits<float>::infinity());
  for (size_t i = 0; i < rows; ++i) {
    double of_codes = 0, of_row = 0, off = 0;
    for (size_t j = 0; j < cols; ++j) {
      const double apart = n.row(i)[j] - middle[j];
      const int code = CodeOf(apart * steps, kCodes);
      const double rest = apart - step * code;
      codes[PlaceOfCode(i, j, cols)] = static_cast<uint8_t>(code + 128);
      of_codes += static_cast<double>(code * code);
      of_row += apart * apart;
      off += rest * rest;
    }
    sums[i] = static_cast<float>(of_codes);
    errors[i] = static_cast<float>(StepsOff(off, of_row, step, cols));
  }
  CodedRows* coded = arena.New<CodedRows>(1).data();
  *coded = {step, longest, rows / 16, middle, codes, sums, errors};
  return coded;
}

NearestByCodes::NearestByCodes(const CodedRows& coded, const Neighbors& fit, BruteForce& brute, size_t k, Run& run)
    : coded_(coded),
      fit_(fit),
      brute_(brute),
      k_(k),
      point_(run.arena.New<int16_t>(fit.n_features)),
      by_codes_(run.arena.NewUninitialized<float>(coded.squares.size())),
      least_(run.arena.NewUninitialized<float>(coded.squares.size() / kRowsOfBlock)),
      rows_(run.arena.NewUninitialized<uint32_t>(coded.most)),
      order_(run.arena.NewUninitialized<uint32_t>(coded.most)),
      reduced_(run.arena.NewUninitialized<double>(coded.most)) {}

double NearestByCodes::Code(const double* point) {
  double of_point = 0, off = 0;
  squared_ = 0;
  for (size_t j = 0; j < point_.size(); ++j) {
    const double apart = point[j] - coded_.middle[j];
    const int finer = CodeOf(apart * (kFiner / coded_.step), kMostOfPoint);
    const double code = finer / kFiner, rest = apart - coded_.step * code;
    point_[j] = static_cast<int16_t>(finer);
    squared_ += code * code;
    of_point += apart * apart;
    off += rest * rest;
  }
  return StepsOff(off, of_point, coded_.step, point_.size());
}

// As many blocks as k have a row that is no farther.
float NearestByCodes::BoundByCodes() {
  CodeDistances(point_, coded_.codes.data(), coded_.squares.data(), static_cast<float>(squared_), by_codes_,
                least_.data());
  const std::span<float> heap = least_.first(k_), rest = least_.subspan(k_);
  std::ranges::make_heap(heap);
  for (size_t i = 0;; ++i) {
    i += FirstBelow(rest.data() + i, rest.size() - i, heap[0]);
    if (i == rest.size()) return heap[0];
    std::ranges::pop_heap(heap);
    heap.back() = rest[i];
    std::ranges::push_heap(heap);
  }
}

float NearestByCodes::BoundOf(double reduced, const double* point, double error) const {
  // The distances are not the true ones either, but those of sums of products: fewer roundings than twice as many as
  // there are features, and some more, each of less than the square of both lengths.
  const double lengths = std::sqrt(SquaredNorm({point, point_.size()})) * kMargin + coded_.longest;
  const double rounded = static_cast<double>(point_.size() + 8) * 0x1p-52 * lengths * lengths;
  return static_cast<float>((std::sqrt(reduced + rounded) / coded_.step + error) * kMargin * kMargin);
}

float NearestByCodes::Rounded() const {
  const double lengths = std::sqrt(squared_) + 128 * std::sqrt(static_cast<double>(point_.size()));
  return static_cast<float>(lengths * lengths * 0x1p-21);
}

bool NearestByCodes::Ask(size_t x, size_t found) {
  if (found < k_ || found > rows_.size()) return false;
  found_ = found;
  brute_.ReducedOfSome(x, rows_.first(found), reduced_);
  return true;
}

bool NearestByCodes::Find(size_t x, std::span<double> distances, std::span<int64_t> indices) {
  const double* point = brute_.row(x);
  const double error = Code(point);
  const float near = BoundByCodes();
  const std::span<const float> all = by_codes_.first(fit_.n_samples);
  if (!Ask(x, Within(all, nullptr, 0, near, rows_))) return false;
  const auto kth = reduced_.begin() + static_cast<ptrdiff_t>(k_ - 1);
  std::nth_element(reduced_.begin(), kth, reduced_.begin() + static_cast<ptrdiff_t>(found_));
  if (!(*kth < kMost * kMost)) return false;
  if (!Ask(x, Within(all, coded_.errors.data(), BoundOf(*kth, point, error), Rounded(), rows_))) return false;
  const std::span<uint32_t> order = order_.first(found_);
  std::iota(order.begin(), order.end(), 0);
  const auto sorted = order.begin() + static_cast<ptrdiff_t>(std::min(found_, k_ + 1));
  std::ranges::partial_sort(order, sorted, {}, [&](uint32_t i) { return reduced_[i]; });
  if (std::adjacent_find(order.begin(), sorted, [&](uint32_t a, uint32_t b) { return reduced_[a] == reduced_[b]; }) !=
      sorted)
    return false;
  for (size_t i = 0; i < k_; ++i) {
    distances[i] = reduced_[order[i]];
    indices[i] = rows_[order[i]];
  }
  return true;
}

}  // namespace pratique
