// Squared distances of one point to rows that are kept as bytes, and which of them are below a bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pratique {

// Rows of bytes stand in blocks of kRowsOfBlock, features in fours: four of each row of a block, then the next four.
// What is left of the last block and of the last four is 0.
constexpr size_t kRowsOfBlock = 32;
constexpr size_t PlaceOfCode(size_t row, size_t feature, size_t cols) {
  return row / kRowsOfBlock * kRowsOfBlock * ((cols + 3) / 4 * 4) + feature / 4 * kRowsOfBlock * 4 +
         row % kRowsOfBlock * 4 + feature % 4;
}
constexpr size_t NumberOfCodes(size_t rows, size_t cols) {
  return PlaceOfCode((rows + kRowsOfBlock - 1) / kRowsOfBlock * kRowsOfBlock, 0, cols);
}

// A row's code stands for code - 128, a point's, which is finer, for code / 16; it is at most kMostOfPoint away from 0.
// Of kMostFeatures, integers of 32 bits hold every product.
constexpr int kMostOfPoint = 8191;
constexpr size_t kMostFeatures = 1024;

// out[i] = squared + (squares[i] - product / 8), in float, of the exact product of the point's codes with row i's less
// 128; least[b] is the least of block b. `squares` and `out` are as long as whole blocks of rows are. Every target
// gives the same bits.
void CodeDistances(std::span<const int16_t> point, const uint8_t* rows, const float* squares, float squared,
                   std::span<float> out, float* least);

// The numbers i for which values[i] <= (bound + margins[i])^2 + added, in float, ascending, the first out.size() of
// them; no margins are zeros. Returns how many there are.
size_t Within(std::span<const float> values, const float* margins, float bound, float added, std::span<uint32_t> out);

}  // namespace pratique
