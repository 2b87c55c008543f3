#include "import/containers/examine.h"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>

#include "data/npy_fields.h"
#include "import/pickle/pickle.h"
#include "import/zip/archive.h"

namespace pratique {
namespace {

using Bytes = std::span<const std::byte>;
using Kind = Sniffed::Kind;

constexpr int kMaxNesting = 4;
// Before 1.6 PyTorch wrote five in one file, raw data behind them.
constexpr int kMostPickles = 5;

bool IsZip(const Sniffed& sniffed) {
  const std::string& f = sniffed.format;
  return f == "zip" || f == "npz" || f == "pytorch" || f == "torchscript" || f == "keras";
}

codec::Codec CodecNamed(std::string_view name) {
  for (int i = 1; i < 16; ++i) {
    const auto codec = static_cast<codec::Codec>(i);
    if (codec == codec::Codec::kDeflate) break;
    if (codec::Name(codec) == name) return codec;
  }
  return codec::Codec::kNone;
}

class Examiner {
 public:
  Examiner(const Limits& limits, size_t stored) : limits_(limits), spent_{stored, 0} {}

  std::optional<Rejection> Look(Bytes bytes, const Sniffed& sniffed, const std::string& path, int depth) {
    if (depth > kMaxNesting) {
      return Rejection{.stage = Stage::kContainer, .reason = Reason::kLimit, .code = "limit.depth", .path = path,
                       .message = "archives are nested more than " + std::to_string(kMaxNesting) + " deep"};
    }
    if (sniffed.kind == Kind::kForeign && sniffed.format != "skops") return LookAtPickle(bytes, path);
    if (sniffed.format == "pytorch_legacy") return LookAtPickle(bytes, path);
    if (!sniffed.wrapper.empty()) return LookBehind(bytes, sniffed.wrapper, path, depth);
    if (IsZip(sniffed) || sniffed.format == "skops") return LookIntoZip(bytes, path, depth);
    if (sniffed.format == "npy") return LookAtArray(bytes, path);
    return std::nullopt;
  }

 private:
  // Only what a pickle would do is a reason to refuse: that it is not of scikit-learn, or of a kind that is not read
  // (PyTorch's persistent ids), says nothing about it.
  std::optional<Rejection> LookAtPickle(Bytes bytes, const std::string& path) {
    const auto found = pickle::FindRefusal(bytes, Left(), kMostPickles);
    if (!found) return std::nullopt;
    Rejection why = *found;
    if (why.reason != Reason::kDangerous && why.reason != Reason::kUnknownCall && why.reason != Reason::kLimit) return std::nullopt;
    if (!path.empty()) {
      why.path = path;
      why.message = "the pickle " + path + ": " + why.message;
    }
    return why;
  }

  // An object array's elements are a pickle behind the header.
  std::optional<Rejection> LookAtArray(Bytes bytes, const std::string& path) {
    const auto fields = ParseNpyFields({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (!fields.ok()) return std::nullopt;
    bool objects = fields->descr.find('O') != std::string::npos;
    for (const auto& field : fields->record) objects |= field.descr.find('O') != std::string::npos;
    return objects ? LookAtPickle(bytes.subspan(fields->offset), path) : std::nullopt;
  }

  std::optional<Rejection> LookIntoZip(Bytes bytes, const std::string& path, int depth) {
    const auto archive = zip::Archive::Open(bytes, limits_, zip::Rules::kForeign, spent_);
    if (!archive.ok()) return Refused(archive.status(), path);
    spent_ = archive->spent();
    for (const zip::Member& member : archive->members()) {
      std::deque<codec::Buffer> kept;
      const std::string inner = path.empty() ? Escape(member.name, 80) : path + "/" + Escape(member.name, 80);
      const auto content = archive->Read(member, kept);
      std::optional<Rejection> why =
          content.ok() ? Look(*content, Sniff(*content), inner, depth + 1) : Refused(content.status(), inner);
      if (why) return why;
    }
    return std::nullopt;
  }

  std::optional<Rejection> LookBehind(Bytes bytes, std::string_view wrapper, const std::string& path, int depth) {
    const auto inflated = codec::Inflate(CodecNamed(wrapper), bytes, Left());
    if (!inflated.ok()) return Refused(inflated.status(), path);
    spent_.inflated += inflated->size;
    return Look(inflated->view(), Sniff(inflated->view()), path, depth + 1);
  }

  // A member that cannot be read for want of a method or a password is no reason to refuse.
  static std::optional<Rejection> Refused(const absl::Status& status, const std::string& path) {
    Rejection why = *GetRejection(status);
    if (VerdictOf(why.reason) != Verdict::kRejected) return std::nullopt;
    if (!path.empty()) why.path = path;
    return why;
  }

  // One budget for all that is inflated.
  Limits Left() const {
    Limits left = limits_;
    left.inflated_bytes = limits_.inflated_bytes - std::min(spent_.inflated, limits_.inflated_bytes);
    return left;
  }

  const Limits& limits_;
  zip::Spent spent_;
};

}  // namespace

absl::StatusOr<Unwrapped> Unwrap(Bytes bytes, const Sniffed& sniffed, const Limits& limits) {
  Unwrapped unwrapped{sniffed, {}, bytes};
  if (sniffed.wrapper.empty() || (!IsZip(sniffed) && sniffed.format != "skops")) return unwrapped;
  auto inflated = codec::Inflate(CodecNamed(sniffed.wrapper), bytes, limits);
  if (!inflated.ok()) return inflated.status();
  unwrapped.inflated = *std::move(inflated);
  unwrapped.bytes = unwrapped.inflated.view();
  unwrapped.sniffed = Sniff(unwrapped.bytes);
  if (unwrapped.sniffed.kind == Kind::kForeign || IsZip(unwrapped.sniffed)) unwrapped.sniffed.wrapper = sniffed.wrapper;
  return unwrapped;
}

std::optional<Rejection> Examine(const Unwrapped& file, const Limits& limits) {
  Sniffed sniffed = file.sniffed;
  if (file.inflated.data) sniffed.wrapper.clear();  // behind it already
  const bool inside = !sniffed.wrapper.empty() && (sniffed.kind == Kind::kModel || sniffed.kind == Kind::kUnknown);
  const bool holds = sniffed.wrapper.empty() && (IsZip(sniffed) || sniffed.format == "npy" || sniffed.format == "pytorch_legacy");
  return holds || inside ? Examiner(limits, file.bytes.size()).Look(file.bytes, sniffed, "", 0) : std::nullopt;
}

}  // namespace pratique
