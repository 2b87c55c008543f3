#include "type/change.h"

#include <charconv>

#include "absl/strings/str_cat.h"
#include "type/words.h"

namespace pratique {

std::optional<Version> Version::Parse(std::string_view text) {
  Version v;
  int* parts[] = {&v.major, &v.minor, &v.patch};
  const char* p = text.data();
  const char* const end = p + text.size();
  for (int i = 0; i < 3; ++i) {
    if (i == 2 && std::string_view(p, end - p).starts_with("dev")) {
      --p;
      break;
    }
    auto [next, error] = std::from_chars(p, end, *parts[i]);
    if (error != std::errc() || *parts[i] < 0) return std::nullopt;
    p = next;
    if (p == end) return i >= 1 ? std::optional(v) : std::nullopt;
    if (i < 2) {
      if (*p != '.') break;
      ++p;
    }
  }
  // "1.3.0rc1", "1.4.1.post1", "1.5.dev0" and "1.8.0+local" are those releases.
  const std::string_view rest(p, end - p);
  for (const char* suffix : {"a", "b", "rc", ".post", ".dev", "+"}) {
    if (rest.starts_with(suffix)) return v;
  }
  return std::nullopt;
}

bool Change::Concerns(std::string_view short_name) const { return HasWord(classes, short_name); }

std::string Change::Release() const { return absl::StrCat(release.major, ".", release.minor); }

}  // namespace pratique
