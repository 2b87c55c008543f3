#include "load/examine.h"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>

#include "archive/zip.h"
#include "data/npy_fields.h"
#include "import/npy/npy_array.h"
#include "import/pickle/pickle.h"
#include "status_macros.h"

namespace pratique {
namespace {

using Bytes = std::span<const std::byte>;
using Kind = Sniffed::Kind;

constexpr int kMaxNesting = 4;
constexpr size_t kBroken = 1 << 20;  // how much of a broken stream is looked at
// Before 1.6 PyTorch wrote five in one file: a magic number, a version, the machine, the object, the keys of its
// storages. Raw numbers stand behind them.
constexpr int kMostPickles = 5;

bool IsZip(const Sniffed& sniffed) {
  const std::string& f = sniffed.format;
  return f == "zip" || f == "npz" || f == "pytorch" || f == "torchscript" || f == "keras";
}

// A zip can also stand behind an image or text; then it may be one by accident.
bool BeginsAsZip(Bytes bytes) { return bytes.size() >= 2 && bytes[0] == std::byte{'P'} && bytes[1] == std::byte{'K'}; }

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
  Examiner(const Limits& limits, codec::Spent spent) : limits_(limits), spent_(spent) {}

  // Of all that was looked at.
  bool is_data() const { return is_data_; }

  std::optional<Rejection> Look(Bytes bytes, const Sniffed& sniffed, const std::string& path, int depth) {
    if (depth > kMaxNesting) {
      return Rejection{.stage = Stage::kContainer,
                       .reason = Reason::kLimit,
                       .code = "limit.depth",
                       .path = path,
                       .message = "archives are nested more than " + std::to_string(kMaxNesting) + " deep"};
    }
    is_data_ &= sniffed.wrapper.empty() && (sniffed.format == "npy" || (depth == 0 && sniffed.format == "npz"));
    if (!sniffed.wrapper.empty()) return LookBehind(bytes, CodecNamed(sniffed.wrapper), path, depth);
    if (IsBoosterFile(sniffed)) return std::nullopt;
    if ((sniffed.kind == Kind::kForeign && sniffed.format != "skops") || sniffed.format == "pytorch_legacy")
      return LookAtPickle(bytes, path);
    if (IsZip(sniffed) || sniffed.format == "skops") return LookIntoZip(bytes, path, depth);
    if (sniffed.format == "npy") return LookAtArray(bytes, path);
    return std::nullopt;
  }

 private:
  // The elements are plain, and are all that the file holds.
  bool IsData(Bytes npy) const {
    graph::Graph scratch;
    pickle::Context context(scratch, limits_, npy.size());
    return npy::ReadArray(context, npy, "", 0) != pickle::kNoId;
  }

  // Only what a pickle would do is a reason to refuse: that it is not of scikit-learn, or of a kind that is not read
  // (PyTorch's persistent ids), says nothing about it.
  std::optional<Rejection> LookAtPickle(Bytes bytes, const std::string& path) {
    const auto found = pickle::FindRefusal(bytes, limits_, kMostPickles);
    return found ? Judged(*found, path) : std::nullopt;
  }

  static std::optional<Rejection> Judged(Rejection why, const std::string& path) {
    if (why.reason != Reason::kDangerous && why.reason != Reason::kUnknownCall && why.reason != Reason::kLimit)
      return std::nullopt;
    if (!path.empty()) {
      why.path = path;
      why.message = "the pickle " + path + ": " + why.message;
    }
    return why;
  }

  // An object array's elements are a pickle behind the header. numpy evaluates that as Python, which has more ways to
  // say "objects" than are read here: whatever is no plain data may be one.
  std::optional<Rejection> LookAtArray(Bytes bytes, const std::string& path) {
    if (IsData(bytes)) return std::nullopt;
    is_data_ = false;
    const size_t offset = NpyElements({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return LookAtPickle(bytes.subspan(offset), path);
  }

  std::optional<Rejection> LookIntoZip(Bytes bytes, const std::string& path, int depth) {
    const auto archive = zip::Archive::Open(bytes, limits_, zip::Rules::kForeign, spent_);
    if (!archive.ok()) {
      is_data_ = false;
      return BeginsAsZip(bytes) ? Refused(archive.status(), path) : std::nullopt;
    }
    // Data is only what every reader of zips sees alike.
    is_data_ = is_data_ && zip::Archive::Open(bytes, limits_, zip::Rules::kStrict, spent_).ok();
    spent_ = archive->spent();
    for (const zip::Member& member : archive->members()) {
      std::deque<codec::Buffer> kept;
      const std::string inner = path.empty() ? Escape(member.name, 80) : path + "/" + Escape(member.name, 80);
      const auto content = archive->Read(member, kept);
      is_data_ &= content.ok();
      std::optional<Rejection> why =
          content.ok() ? Look(*content, Sniff(*content), inner, depth + 1) : Refused(content.status(), inner);
      if (why) return why;
    }
    return std::nullopt;
  }

  std::optional<Rejection> LookBehind(Bytes bytes, codec::Codec codec, const std::string& path, int depth) {
    auto inflated = codec::Inflate(codec, bytes, limits_, spent_);
    if (!inflated.ok()) {
      const auto why = Refused(inflated.status(), path);
      if (depth == 0 || !why || why->reason == Reason::kLimit) return why;
      // A member's raw numbers can begin as a stream does. Python would read what comes before the break.
      inflated = codec::InflateHead(codec, bytes, kBroken);
      const codec::Buffer less = codec::InflateHead(codec, bytes, kBroken, codec::BrokenTail::kLeftOut);
      if (auto found = Look(less.view(), Sniff(less.view()), path, depth + 1)) return found;
    }
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

  const Limits& limits_;
  codec::Spent spent_;  // one budget for all that is inflated
  bool is_data_ = true;
};

}  // namespace

absl::StatusOr<Unwrapped> Unwrap(Bytes bytes, const Sniffed& sniffed, const Limits& limits) {
  Unwrapped unwrapped{sniffed, {}, bytes, {bytes.size(), 0}, bytes};
  if (sniffed.wrapper.empty() || (!IsZip(sniffed) && sniffed.format != "skops")) return unwrapped;
  ASSIGN_OR_RETURN(auto inflated, codec::Inflate(CodecNamed(sniffed.wrapper), bytes, limits));
  unwrapped.inflated = std::move(inflated);
  unwrapped.bytes = unwrapped.inflated.view();
  unwrapped.spent.inflated = unwrapped.bytes.size();
  unwrapped.sniffed = Sniff(unwrapped.bytes);
  if (unwrapped.sniffed.kind == Kind::kForeign || IsZip(unwrapped.sniffed)) unwrapped.sniffed.wrapper = sniffed.wrapper;
  return unwrapped;
}

Examined Examine(const Unwrapped& file, const Limits& limits) {
  Sniffed sniffed = file.sniffed;
  if (file.inflated.data) sniffed.wrapper.clear();  // behind it already
  const bool inside = !sniffed.wrapper.empty() && (sniffed.kind == Kind::kModel || sniffed.kind == Kind::kUnknown);
  const bool holds =
      sniffed.wrapper.empty() && (IsZip(sniffed) || sniffed.format == "npy" || sniffed.format == "pytorch_legacy");
  if (!holds && !inside) return {};
  Examiner examiner(limits, file.spent);
  auto refused = examiner.Look(file.bytes, sniffed, "", 0);
  const bool is_data = !refused && file.sniffed.wrapper.empty() && examiner.is_data() && !pickle::Acts(file.bytes);
  return {std::move(refused), is_data};
}

}  // namespace pratique
