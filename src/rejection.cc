#include "pratique/rejection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "absl/strings/cord.h"
#include "utf8.h"

namespace pratique {
namespace {

constexpr char kPayloadUrl[] = "pratique.Rejection";

constexpr std::array<std::string_view, 5> kStages = {"none", "container", "audit", "validate", "golden"};
constexpr std::array<std::string_view, 11> kReasons = {"",        "dangerous", "unknown_call", "malformed",   "invalid",
                                                       "denied",  "limit",     "mismatch",     "unsupported", "io",
                                                       "internal"};
constexpr std::array<std::string_view, 4> kVerdicts = {"accepted", "rejected", "unchecked", "not_a_model"};

template <size_t N, class E>
std::string_view At(const std::array<std::string_view, N>& names, E value) {
  size_t i = static_cast<size_t>(value);
  return i < N ? names[i] : std::string_view("?");
}

absl::StatusCode CodeOf(const Rejection& r) {
  switch (r.reason) {
    case Reason::kLimit:
      return absl::StatusCode::kResourceExhausted;
    case Reason::kDenied:
      return absl::StatusCode::kPermissionDenied;
    case Reason::kUnsupported:
      return absl::StatusCode::kUnimplemented;
    case Reason::kIo:
      return absl::StatusCode::kNotFound;
    case Reason::kNone:
    case Reason::kInternal:
      return absl::StatusCode::kInternal;
    default:
      return absl::StatusCode::kInvalidArgument;
  }
}

// What stands in front of the message in a status.
std::string Prefix(const Rejection& r) {
  std::string out;
  if (r.stage != Stage::kNone) out.append(Name(r.stage)).append(": ");
  if (!r.path.empty()) out.append(r.path).append(": ");
  return out;
}

// The payload is "key=value;key=value" of what the status's text does not say, since a status is printed with it.
// "%25" and "%3b" stand for "%" and ";": any byte may be in any value.
void Put(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  if (!out.empty()) out += ';';
  out.append(key).append("=");
  for (char c : value) c == '%' ? out.append("%25") : c == ';' ? out.append("%3b") : out.append(1, c);
}

std::string Unescaped(std::string_view value) {
  std::string out;
  for (; !value.empty(); value.remove_prefix(1)) {
    const bool coded = value.starts_with("%25") || value.starts_with("%3b");
    out += !coded ? value[0] : value[1] == '2' ? '%' : ';';
    if (coded) value.remove_prefix(2);
  }
  return out;
}

// The text fields of a Rejection beside its message, by their keys.
template <class R>
auto TextFields(R& r) {
  return std::array{std::pair("code", &r.code), std::pair("path", &r.path),         std::pair("rule", &r.rule),
                    std::pair("got", &r.got),   std::pair("expected", &r.expected), std::pair("help", &r.help)};
}

std::string Encode(const Rejection& r) {
  std::string out;
  Put(out, "stage", Name(r.stage));
  Put(out, "reason", r.reason == Reason::kNone ? "none" : Name(r.reason));
  if (r.offset) Put(out, "offset", std::to_string(*r.offset));
  for (auto [key, field] : TextFields(r)) Put(out, key, *field);
  return out;
}

template <size_t N>
std::optional<size_t> IndexOf(const std::array<std::string_view, N>& names, std::string_view name) {
  const size_t i = std::find(names.begin(), names.end(), name) - names.begin();
  return i < N ? std::optional(i) : std::nullopt;
}

bool Take(Rejection& r, std::string_view key, std::string value) {
  if (key == "stage") {
    const auto stage = IndexOf(kStages, value);
    r.stage = static_cast<Stage>(stage.value_or(0));
    return stage.has_value();
  }
  if (key == "reason") {
    const auto reason = IndexOf(kReasons, value == "none" ? "" : value);
    r.reason = static_cast<Reason>(reason.value_or(0));
    return reason.has_value();
  }
  if (key == "offset") {
    uint64_t offset = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), offset);
    r.offset = offset;
    return error == std::errc() && end == value.data() + value.size();
  }
  for (auto [name, field] : TextFields(r)) {
    if (key != name) continue;
    *field = std::move(value);
    return true;
  }
  return false;
}

std::optional<Rejection> Decode(std::string_view in, std::string_view text) {
  Rejection r;
  while (!in.empty()) {
    const std::string_view pair = in.substr(0, in.find(';'));
    const size_t equals = pair.find('=');
    if (equals == pair.npos || !Take(r, pair.substr(0, equals), Unescaped(pair.substr(equals + 1))))
      return std::nullopt;
    in.remove_prefix(std::min(pair.size() + 1, in.size()));
  }
  const std::string prefix = Prefix(r);
  r.message = text.substr(text.starts_with(prefix) ? prefix.size() : 0);
  return r;
}

// C0, DEL, C1, and the marks that reorder or hide text on a terminal (U+200B-F, U+2028-E, U+2060-F, U+FEFF).
bool IsControl(std::string_view sequence) {
  auto b = [&](size_t i) { return static_cast<uint8_t>(sequence[i]); };
  switch (sequence.size()) {
    case 1:
      return b(0) < 0x20 || b(0) == 0x7F;
    case 2:
      return b(0) == 0xC2 && b(1) < 0xA0;
    case 3:
      if (b(0) == 0xEF) return b(1) == 0xBB && b(2) == 0xBF;
      if (b(0) != 0xE2) return false;
      if (b(1) == 0x80) return (b(2) >= 0x8B && b(2) <= 0x8F) || (b(2) >= 0xA8 && b(2) <= 0xAE);
      return b(1) == 0x81 && b(2) >= 0xA0 && b(2) <= 0xAF;
    default:
      return false;
  }
}

}  // namespace

Verdict VerdictOf(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return Verdict::kAccepted;
    case Reason::kUnsupported:
    case Reason::kIo:
    case Reason::kInternal:
      return Verdict::kUnchecked;
    default:
      return Verdict::kRejected;
  }
}

std::string_view Name(Stage stage) { return At(kStages, stage); }
std::string_view Name(Reason reason) { return At(kReasons, reason); }
std::string_view Name(Verdict verdict) { return At(kVerdicts, verdict); }

absl::Status ToStatus(const Rejection& rejection) {
  absl::Status status(CodeOf(rejection), Prefix(rejection) + rejection.message);
  const std::string payload = Encode(rejection);
  // By view: Cord's constructor from std::string is a template that Clang and the GCC of Debian's Abseil name
  // differently.
  status.SetPayload(kPayloadUrl, absl::Cord(absl::string_view(payload.data(), payload.size())));
  return status;
}

std::optional<Rejection> GetRejection(const absl::Status& status) {
  if (status.ok()) return std::nullopt;
  if (auto payload = status.GetPayload(kPayloadUrl)) {
    const std::string text(status.message());
    if (auto rejection = Decode(std::string(*payload), text)) return rejection;
  }
  Rejection r;
  bool io = absl::IsNotFound(status) || absl::IsPermissionDenied(status);
  r.reason = io ? Reason::kIo : Reason::kInternal;
  r.code = io ? "io.read" : "internal.bug";
  r.message = std::string(status.message());
  return r;
}

std::string Escape(std::string_view text, size_t max_chars) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (size_t chars = 0; !text.empty(); ++chars) {
    if (chars == max_chars) return out + "...";
    size_t length = Utf8Length(text);
    std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || IsControl(sequence)) {
      for (char c : sequence) {
        auto b = static_cast<uint8_t>(c);
        out.append({'\\', 'x', kHex[b >> 4], kHex[b & 15]});
      }
    } else {
      out.append(sequence);
    }
    text.remove_prefix(sequence.size());
  }
  return out;
}

}  // namespace pratique
