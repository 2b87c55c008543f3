#include "estimators/neighbors/selection.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "kernels/distances.h"

namespace pratique {

void HeapPush(std::span<double> values, std::span<int64_t> indices, double value, int64_t index) {
  if (value >= values[0]) return;
  const size_t size = values.size();
  size_t at = 0;
  for (;;) {
    const size_t left = 2 * at + 1, right = left + 1;
    if (left >= size) break;
    size_t greater = left;
    if (right < size && !(values[left] >= values[right])) greater = right;
    // With one child only, scikit-learn asks the other way round; a NaN answers no to both.
    if (!(value < values[greater])) break;
    values[at] = values[greater];
    indices[at] = indices[greater];
    at = greater;
  }
  values[at] = value;
  indices[at] = index;
}

namespace {

struct Pairs {
  double* values;
  int64_t* indices;
  void Swap(size_t a, size_t b) const {
    std::swap(values[a], values[b]);
    std::swap(indices[a], indices[b]);
  }
  Pairs From(size_t i) const { return {values + i, indices + i}; }
};

// The median of three to the end, the least of them to the beginning, the greatest to the middle.
double Median3(const Pairs& p, size_t n) {
  const size_t middle = n / 2;
  if (p.values[0] > p.values[n - 1]) p.Swap(0, n - 1);
  if (p.values[n - 1] > p.values[middle]) {
    p.Swap(n - 1, middle);
    if (p.values[0] > p.values[n - 1]) p.Swap(0, n - 1);
  }
  return p.values[n - 1];
}

void InsertionSort(const Pairs& p, size_t n) {
  for (size_t i = 1; i < n; ++i) {
    const double value = p.values[i];
    const int64_t index = p.indices[i];
    size_t j = i;
    for (; j > 0 && p.values[j - 1] > value; --j) {
      p.values[j] = p.values[j - 1];
      p.indices[j] = p.indices[j - 1];
    }
    p.values[j] = value;
    p.indices[j] = index;
  }
}

void SiftDown(const Pairs& p, size_t root, size_t end) {
  for (;;) {
    const size_t child = 2 * root + 1;
    size_t greatest = root;
    if (child < end && p.values[greatest] < p.values[child]) greatest = child;
    if (child + 1 < end && p.values[greatest] < p.values[child + 1]) greatest = child + 1;
    if (greatest == root) return;
    p.Swap(root, greatest);
    root = greatest;
  }
}

void HeapSort(const Pairs& p, size_t n) {
  for (size_t start = (n - 2) / 2 + 1; start-- > 0;) SiftDown(p, start, n);
  for (size_t end = n - 1; end > 0; --end) {
    p.Swap(0, end);
    SiftDown(p, 0, end);
  }
}

// introsort_2way, since 1.9.
void IntroSort(Pairs p, size_t n, int depth) {
  while (n > 15) {
    if (depth-- <= 0) return HeapSort(p, n);
    const double pivot = Median3(p, n);
    size_t i = 1, j = n - 2;
    for (;;) {
      while (i <= j && p.values[i] < pivot) ++i;
      while (i <= j && p.values[j] > pivot) --j;
      if (i >= j) break;
      p.Swap(i++, j--);
    }
    p.Swap(i, n - 1);
    IntroSort(p, i, depth);
    p = p.From(i + 1);
    n -= i + 1;
  }
  InsertionSort(p, n);
}

// The quicksort of 1.0 to 1.8. It is quadratic for many equal values: beyond `depth`, which no less than some thousand
// equal distances reach, the heap takes over, and their order is another one.
void QuickSort(Pairs p, size_t n, int depth) {
  while (n > 3) {
    if (depth-- <= 0) return HeapSort(p, n);
    const double pivot = Median3(p, n);
    size_t store = 0;
    for (size_t i = 0; i + 1 < n; ++i) {
      if (p.values[i] < pivot) p.Swap(i, store++);
    }
    p.Swap(store, n - 1);
    QuickSort(p, store, depth);
    p = p.From(store + 1);
    n -= store + 1;
  }
  if (n < 2) return;
  if (p.values[0] > p.values[1]) p.Swap(0, 1);
  if (n == 2) return;
  if (p.values[1] > p.values[2]) {
    p.Swap(1, 2);
    if (p.values[0] > p.values[1]) p.Swap(0, 1);
  }
}

constexpr int kQuickSortDepth = 2048;

// numpy's order: NaN is greater than all numbers.
bool Less(double a, double b) { return a < b || (b != b && a == a); }

}  // namespace

void SimultaneousSort(std::span<double> values, std::span<int64_t> indices, bool introsort) {
  const Pairs p{values.data(), indices.data()};
  if (values.empty()) return;
  if (introsort)
    IntroSort(p, values.size(), 2 * (static_cast<int>(std::bit_width(values.size())) - 1));
  else
    QuickSort(p, values.size(), kQuickSortDepth);
}

namespace {

// The kth and those below it to the front.
void IntroSelect(std::span<const double> v, std::span<int64_t> order, size_t kth) {
  const auto value = [&](size_t i) { return v[static_cast<size_t>(order[i])]; };
  const auto swap = [&](size_t a, size_t b) { std::swap(order[a], order[b]); };
  size_t low = 0, high = order.size() - 1;
  if (kth < 3) {
    for (size_t i = 0; i <= kth; ++i) {
      size_t least = i;
      for (size_t k = i + 1; k < order.size(); ++k) {
        if (Less(value(k), value(least))) least = k;
      }
      swap(i, least);
    }
    return;
  }
  if (kth == high) {
    size_t greatest = 0;
    for (size_t k = 1; k < order.size(); ++k) {
      if (!Less(value(k), value(greatest))) greatest = k;
    }
    swap(kth, greatest);
    return;
  }
  for (int depth = 2 * (static_cast<int>(std::bit_width(order.size())) - 1); low + 1 < high; --depth) {
    // numpy goes on with medians of medians: only values that were made for it lead here.
    if (depth <= 0 && high - low > 5) {
      std::nth_element(order.begin() + static_cast<ptrdiff_t>(low), order.begin() + static_cast<ptrdiff_t>(kth),
                       order.begin() + static_cast<ptrdiff_t>(high) + 1, [&](int64_t a, int64_t b) {
                         return Less(v[static_cast<size_t>(a)], v[static_cast<size_t>(b)]);
                       });
      return;
    }
    size_t ll = low + 1, hh = high;
    const size_t middle = low + (high - low) / 2;
    if (Less(value(high), value(middle))) swap(high, middle);
    if (Less(value(high), value(low))) swap(high, low);
    if (Less(value(low), value(middle))) swap(low, middle);
    swap(middle, low + 1);
    const double pivot = value(low);
    for (;;) {
      do ++ll;
      while (Less(value(ll), pivot));
      do --hh;
      while (Less(pivot, value(hh)));
      if (hh < ll) break;
      swap(ll, hh);
    }
    swap(low, hh);
    if (hh >= kth) high = hh - 1;
    if (hh <= kth) low = ll;
  }
  if (high == low + 1 && Less(value(high), value(low))) swap(high, low);
}

}  // namespace

namespace {

// np.argsort (numpy/_core/src/npysort/quicksort.cpp aquicksort_, 2.1).
void ArgSort(std::span<const double> v, std::span<int64_t> order, int depth) {
  const auto less = [&](int64_t a, int64_t b) { return Less(v[static_cast<size_t>(a)], v[static_cast<size_t>(b)]); };
  while (order.size() > 16) {
    // numpy goes on with a heap: only values that were made for it lead here.
    if (depth-- < 0) {
      std::ranges::stable_sort(order, less);
      return;
    }
    const size_t last = order.size() - 1, middle = last / 2;
    if (less(order[middle], order[0])) std::swap(order[middle], order[0]);
    if (less(order[last], order[middle])) std::swap(order[last], order[middle]);
    if (less(order[middle], order[0])) std::swap(order[middle], order[0]);
    const int64_t pivot = order[middle];
    size_t i = 0, j = last - 1;
    std::swap(order[middle], order[j]);
    for (;;) {
      do ++i;
      while (less(order[i], pivot));
      do --j;
      while (less(pivot, order[j]));
      if (i >= j) break;
      std::swap(order[i], order[j]);
    }
    std::swap(order[i], order[last - 1]);
    ArgSort(v, order.first(i), depth);
    order = order.subspan(i + 1);
  }
  for (size_t i = 1; i < order.size(); ++i) {
    const int64_t moved = order[i];
    size_t j = i;
    for (; j > 0 && less(moved, order[j - 1]); --j) order[j] = order[j - 1];
    order[j] = moved;
  }
}

}  // namespace

namespace {

// The k least to the front of `order`, ascending, where they and the next one differ: then there is one answer, however
// it is found. Else false.
bool LeastOfDifferent(std::span<const double> values, size_t k, std::span<int64_t> order) {
  constexpr size_t kMost = 32;
  if (k > kMost || k >= values.size()) return false;
  double least[kMost + 1];
  int64_t at[kMost + 1];
  size_t n = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (n > k) i += FirstBelow(values.data() + i, values.size() - i, least[k]);
    if (i == values.size()) break;
    const double value = values[i];
    if (value != value) continue;
    size_t j = n > k ? k : n++;
    for (; j > 0 && least[j - 1] > value; --j) {
      least[j] = least[j - 1];
      at[j] = at[j - 1];
    }
    least[j] = value;
    at[j] = static_cast<int64_t>(i);
  }
  if (n <= k || std::adjacent_find(least, least + k + 1) != least + k + 1) return false;
  std::copy_n(at, k, order.begin());
  return true;
}

}  // namespace

void ArgPartition(std::span<const double> values, size_t k, std::span<int64_t> order) {
  if (LeastOfDifferent(values, k, order)) return;
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int64_t>(i);
  IntroSelect(values, order, k - 1);
  ArgSort(values, order.first(k), 2 * (static_cast<int>(std::bit_width(k)) - 1));
}

}  // namespace pratique
