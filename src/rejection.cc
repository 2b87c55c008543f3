#include "pratique/rejection.h"

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

// The payload is the fields in order, each as "<length>:<bytes>": any byte may be in any field.
void Put(std::string& out, std::string_view field) {
  out.append(std::to_string(field.size())).append(":").append(field);
}

// A whole field of decimal digits, at most `max`.
std::optional<uint64_t> Number(std::string_view text, uint64_t max = UINT64_MAX) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

std::optional<std::string_view> Take(std::string_view& in) {
  size_t colon = in.find(':');
  if (colon == in.npos) return std::nullopt;
  auto size = Number(in.substr(0, colon), in.size() - colon - 1);
  if (!size) return std::nullopt;
  std::string_view field = in.substr(colon + 1, *size);
  in.remove_prefix(colon + 1 + *size);
  return field;
}

// The text fields of a Rejection, in the payload's order.
template <class R>
auto TextFields(R& r) {
  return std::array{&r.code, &r.path, &r.rule, &r.got, &r.expected, &r.message, &r.help};
}

std::string Encode(const Rejection& r) {
  std::string out;
  Put(out, std::to_string(static_cast<int>(r.stage)));
  Put(out, std::to_string(static_cast<int>(r.reason)));
  Put(out, r.offset ? std::to_string(*r.offset) : "");
  for (const std::string* field : TextFields(r)) Put(out, *field);
  return out;
}

std::optional<Rejection> Decode(std::string_view in) {
  Rejection r;
  auto stage = Take(in), reason = Take(in), offset = Take(in);
  if (!stage || !reason || !offset) return std::nullopt;
  auto s = Number(*stage, kStages.size() - 1), n = Number(*reason, kReasons.size() - 1);
  if (!s || !n) return std::nullopt;
  r.stage = static_cast<Stage>(*s);
  r.reason = static_cast<Reason>(*n);
  r.offset = Number(*offset);
  for (std::string* field : TextFields(r)) {
    auto text = Take(in);
    if (!text) return std::nullopt;
    *field = std::string(*text);
  }
  return in.empty() ? std::optional(std::move(r)) : std::nullopt;
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
  std::string text;
  if (rejection.stage != Stage::kNone) text.append(Name(rejection.stage)).append(": ");
  if (!rejection.path.empty()) text.append(rejection.path).append(": ");
  text.append(rejection.message);
  absl::Status status(CodeOf(rejection), text);
  const std::string payload = Encode(rejection);
  // By view: Cord's constructor from std::string is a template that Clang and the GCC of Debian's Abseil name
  // differently.
  status.SetPayload(kPayloadUrl, absl::Cord(absl::string_view(payload.data(), payload.size())));
  return status;
}

std::optional<Rejection> GetRejection(const absl::Status& status) {
  if (status.ok()) return std::nullopt;
  if (auto payload = status.GetPayload(kPayloadUrl)) {
    if (auto rejection = Decode(std::string(*payload))) return rejection;
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
