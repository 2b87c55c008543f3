// The k least of many distances, in the order in which scikit-learn finds them: which of equal ones stay, and how they
// stand, follows from its data structures, which are these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pratique {

// sklearn/utils/_heap.pyx heap_push (1.9): puts (value, index) into a max-heap of fixed size where it is less than the
// greatest. Both spans have one size, which is not 0.
void HeapPush(std::span<double> values, std::span<int64_t> indices, double value, int64_t index);

// sklearn/utils/_sorting.pyx simultaneous_sort (1.9; before, another quicksort), which is not stable. Ascending.
void SimultaneousSort(std::span<double> values, std::span<int64_t> indices, bool introsort);

// np.argpartition(values, k - 1)[:k] and a sort of them (sklearn/neighbors/_base.py _kneighbors_reduce_func, 1.9), as
// numpy's portable introselect and quicksort do (numpy/_core/src/npysort/selection.cpp and quicksort.cpp, 2.1): with
// the vector instructions of some processors numpy keeps others of several distances that equal the k-th, and gives
// equal ones in another order. NaN is last. `order` is scratch of values.size() elements; the first k of it are the
// result. 0 < k <= values.size().
void ArgPartition(std::span<const double> values, size_t k, std::span<int64_t> order);

}  // namespace pratique
