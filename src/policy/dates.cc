#include "policy/dates.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <vector>

namespace pratique {
namespace {

// The leading dot-separated numbers; `rest` is what follows them.
std::vector<uint32_t> Numbers(std::string_view text, std::string_view& rest) {
  std::vector<uint32_t> numbers;
  rest = text;
  while (true) {
    uint32_t number = 0;
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc()) return numbers;
    numbers.push_back(number);
    rest.remove_prefix(end - rest.data());
    if (rest.size() < 2 || rest[0] != '.' || rest[1] < '0' || rest[1] > '9') return numbers;
    rest.remove_prefix(1);
  }
}

}  // namespace

bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9')) return false;
  }
  auto number = [&](size_t begin, size_t size) {
    int value = 0;
    std::from_chars(text.data() + begin, text.data() + begin + size, value);
    return value;
  };
  return std::chrono::year_month_day(std::chrono::year(number(0, 4)), std::chrono::month(number(5, 2)),
                                     std::chrono::day(number(8, 2)))
      .ok();
}

bool IsVersion(std::string_view text) {
  std::string_view rest;
  std::vector<uint32_t> numbers = Numbers(text, rest);
  return !numbers.empty() && rest.empty() && numbers.size() <= 4 &&
         std::all_of(numbers.begin(), numbers.end(), [](uint32_t n) { return n < 10000; });
}

int CompareVersions(std::string_view version, std::string_view bound) {
  std::string_view rest;
  std::vector<uint32_t> a = Numbers(version, rest), b = Numbers(bound, rest);
  a.resize(b.size());
  for (size_t i = 0; i < b.size(); ++i) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

}  // namespace pratique
