#include "archive/also_is.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace pratique {
namespace {

// A header whose bytes have the sum that `sum` stands for.
std::string Header(std::string_view sum) {
  std::string header(512, '\0');
  header.replace(0, 5, "a.txt");
  for (const size_t at : {100, 108, 116}) header.replace(at, 7, "0000644");
  header.replace(124, 11, "00000000003");
  header.replace(136, 11, "14000000000");
  header.replace(148, sum.size(), sum);
  return header;
}

std::string SumOf(std::string_view header) {
  int sum = 8 * ' ';
  for (size_t i = 0; i < header.size(); ++i) sum += i >= 148 && i < 156 ? 0 : static_cast<uint8_t>(header[i]);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", static_cast<unsigned>(sum));
  return digits;
}

TEST(IsTar, TellsAHeaderByItsSum) {
  const std::string sum = SumOf(Header(""));
  EXPECT_TRUE(IsTar(Header(sum)));
  EXPECT_FALSE(IsTar(Header("000001")));
  EXPECT_FALSE(IsTar(Header(sum).substr(0, 511)));
}

TEST(IsTar, TakesNumbersThatAreNoneWhereOnlyTheSumIsRead) {
  std::string header = Header("");
  header.replace(100, 7, "mode???");
  header.replace(148, 6, SumOf(header));
  EXPECT_TRUE(IsTar(header));  // GNU tar reads on
}

// A .skops file of scikit-learn's had it: its bytes, taken as signed, cancel out, and no digits say 0.
TEST(IsTar, TakesNoSumOfZeroWithoutDigitsForOne) {
  std::string header(512, '\0');
  header.replace(0, 4, "PK\x3\x4");
  header[100] = '\x13';
  int sum = 8 * ' ';
  for (const char c : header) sum += static_cast<int8_t>(c);
  for (size_t i = 400; sum > 0; ++i) {
    const int part = std::min(sum, 100);
    header[i] = static_cast<char>(-part);
    sum -= part;
  }
  EXPECT_FALSE(IsTar(header));
  std::swap(header[100], header[501]);  // a NUL is the number 0
  EXPECT_TRUE(IsTar(header));
}

}  // namespace
}  // namespace pratique
