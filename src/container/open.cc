#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_getFrameHeader: the window and dictionary of a frame before it is inflated
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "archive/also_is.h"
#include "container/manifest.h"
#include "container/plan_of_manifest.h"
#include "container/sha256.h"
#include "container/storage.h"
#include "manifest_bfbs_generated.h"
#include "pratique/file.h"
#include "pratique/rejection.h"
#include "state/check.h"
#include "state/layout.h"
#include "state/sound.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr uint64_t kAlignment = 64;

absl::Status Malformed(std::string code, std::string message, std::optional<uint64_t> offset = std::nullopt) {
  return ToStatus({.stage = Stage::kContainer,
                   .reason = Reason::kMalformed,
                   .code = std::move(code),
                   .offset = offset,
                   .message = std::move(message),
                   .help = "The file is damaged or was not written by pratique; convert the model again."});
}
absl::Status OverLimit(std::string_view key, uint64_t needed, uint64_t limit) {
  return ToStatus({.stage = Stage::kContainer,
                   .reason = Reason::kLimit,
                   .code = absl::StrCat("limit.", std::string(key)),
                   .got = absl::StrCat(needed),
                   .expected = absl::StrCat("at most ", limit),
                   .message = absl::StrCat("needs ", needed, " ", std::string(key), ", the limit is ", limit),
                   .help = absl::StrCat("Raise limits.", std::string(key), " in the policy to ", needed,
                                        " if you trust the source.")});
}
absl::Status Broken(const Violation& v) {
  return Malformed("container.manifest",
                   absl::StrCat("manifest.", v.field, ": rule ", v.rule, ": got ", v.got, ", expected ", v.expected));
}

absl::Status Newer() {
  return ToStatus({.stage = Stage::kContainer,
                   .reason = Reason::kUnsupported,
                   .code = "container.newer",
                   .path = "manifest",
                   .message = "written by a newer pratique",
                   .help = "Update pratique, or convert the model with this one."});
}

absl::Status Older() {
  return ToStatus({.stage = Stage::kContainer,
                   .reason = Reason::kUnsupported,
                   .code = "container.older",
                   .path = "manifest",
                   .message = "written by a pratique before its first release",
                   .help = "Convert the model again."});
}

// One segment's place, in file order; `next` is where it must begin, and then where it ends.
absl::Status TakeSegment(Storage& storage, const fb::Segment& s, const std::string& name, uint64_t& next,
                         uint64_t& inflated) {
  const uint64_t begin = (next + kAlignment - 1) / kAlignment * kAlignment;
  const uint64_t size = storage.bytes.size();
  if (s.offset() != begin || begin > size || s.stored_size() > size - begin) {
    return Malformed("container.segment",
                     absl::StrCat(name, ": a segment of ", s.stored_size(), " bytes at ", s.offset(),
                                  " does not fit: it must begin at ", begin, " and end within ", size, " bytes"),
                     s.offset());
  }
  for (uint64_t i = next; i < begin; ++i) {
    if (storage.bytes[i] != std::byte{0})
      return Malformed("container.padding", "padding between segments must be zero", i);
  }
  if (s.codec() == fb::Codec::None && s.size() != s.stored_size()) {
    return Malformed("container.segment", absl::StrCat(name, ": sizes differ but nothing is compressed"), s.offset());
  }
  if (s.size() > storage.limits.inflated_bytes || inflated > storage.limits.inflated_bytes - s.size()) {
    return OverLimit("inflated_bytes", inflated + s.size(), storage.limits.inflated_bytes);
  }
  inflated += s.size();
  if (s.size() > (1u << 20) && s.size() / storage.limits.inflate_ratio > s.stored_size()) {
    return OverLimit("inflate_ratio", s.size() / s.stored_size(), storage.limits.inflate_ratio);
  }
  next = begin + s.stored_size();
  return absl::OkStatus();
}

Sha256 DigestOf(const fb::Segment& s) {
  const uint64_t words[4] = {s.sha256_0(), s.sha256_1(), s.sha256_2(), s.sha256_3()};
  Sha256 digest;
  std::memcpy(digest.data(), words, sizeof words);
  return digest;
}

absl::StatusOr<std::span<const std::byte>> Inflate(const Storage& storage, uint64_t offset, uint64_t stored_size,
                                                   uint64_t size, Arena& arena) {
  const std::byte* source = storage.bytes.data() + offset;
  ZSTD_frameHeader header;
  if (ZSTD_getFrameHeader(&header, source, stored_size) != 0 || header.frameContentSize != size || header.dictID != 0 ||
      ZSTD_findFrameCompressedSize(source, stored_size) != stored_size) {
    return Malformed("container.zstd", absl::StrCat("not one zstd frame of ", size, " bytes"), offset);
  }
  const auto window_log = static_cast<uint64_t>(std::bit_width(std::max<uint64_t>(header.windowSize, 1) - 1));
  if (window_log > storage.limits.zstd_window_log)
    return OverLimit("zstd_window_log", window_log, storage.limits.zstd_window_log);
  std::span<std::byte> out = arena.NewUninitialized<std::byte>(size);
  if (ZSTD_decompress(out.data(), size, source, stored_size) != size) {
    return Malformed("container.zstd", "the zstd frame does not decompress", offset);
  }
  return out;
}

// Placement: one owner each, acyclic, rooted; segments in order, without gap, to the last byte.
absl::Status TakeObjects(Storage& storage, const manifest::Manifest& manifest, uint64_t& next, uint64_t& inflated) {
  const size_t count = manifest.objects.size();
  if (count == 0) return Malformed("container.manifest", "the manifest lists no object");
  if (count > storage.limits.objects) return OverLimit("objects", count, storage.limits.objects);
  for (size_t i = 0; i < count; ++i) {
    const manifest::Object& object = manifest.objects[i];
    const std::string name = absl::StrCat("objects[", i, "]");
    const bool last = i + 1 == count;
    if (last ? object.owner != 0 : object.owner <= i + 1 || object.owner > count) {
      return Malformed("container.owner", absl::StrCat(name, ".owner: got ", object.owner, ", expected ",
                                                       last ? std::string("0 for the root")
                                                            : absl::StrCat("above ", i + 1, " and at most ", count)));
    }
    if (object.type.empty()) return Malformed("container.manifest", absl::StrCat(name, ".type: empty"));
    if (object.segment.size() != 1)
      return Malformed("container.manifest", absl::StrCat(name, ": expected one segment"));
    const fb::Segment& s = object.segment[0];
    RETURN_IF_ERROR(TakeSegment(storage, s, name, next, inflated));
    ObjectRecord record{object.type, object.role,     object.params, std::nullopt,
                        s.offset(),  s.stored_size(), s.size(),      s.codec() == fb::Codec::Zstd,
                        DigestOf(s)};
    if (!last) record.parent = object.owner - 1;
    storage.objects.push_back(record);
  }
  // Nesting is bounded here, once, so that nothing later needs to ask.
  std::vector<uint32_t> depth(count, 0);
  for (size_t i = count - 1; i-- > 0;) {
    depth[i] = depth[*storage.objects[i].parent] + 1;
    if (depth[i] > storage.limits.depth) return OverLimit("depth", depth[i], storage.limits.depth);
  }
  return absl::OkStatus();
}

absl::Status TakeGolden(Storage& storage, const manifest::Manifest& manifest, uint64_t& next, uint64_t& inflated) {
  for (size_t i = 0; i < manifest.golden.size(); ++i) {
    const manifest::Golden& g = manifest.golden[i];
    if (g.input.size() != 1 || g.expected.size() != 1)
      return Malformed("container.manifest", "golden: expected one segment each");
    GoldenSamples samples{g.method, g.origin, {}, {}};
    for (auto [segment, view] :
         {std::pair(&g.input[0], &samples.input), std::pair(&g.expected[0], &samples.expected)}) {
      const std::string name = absl::StrCat("golden[", i, "]");
      RETURN_IF_ERROR(TakeSegment(storage, *segment, name, next, inflated));
      std::span<const std::byte> bytes = storage.bytes.subspan(segment->offset(), segment->stored_size());
      if (Digest(bytes) != DigestOf(*segment)) {
        return ToStatus({.stage = Stage::kContainer,
                         .reason = Reason::kMismatch,
                         .code = "container.digest",
                         .path = name,
                         .offset = segment->offset(),
                         .message = "the bytes do not have the digest the manifest gives"});
      }
      if (segment->codec() == fb::Codec::Zstd) {
        ASSIGN_OR_RETURN(auto inflated_bytes,
                         Inflate(storage, segment->offset(), segment->stored_size(), segment->size(), storage.arena));
        bytes = inflated_bytes;
      }
      *view = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    storage.golden.push_back(samples);
  }
  return absl::OkStatus();
}

// A part that is there and empty: it would say the same as one that is absent, in other bytes.
bool HasEmptyPart(const manifest::Manifest& manifest) {
  const auto is_empty = [](const auto& part) { return part.data() != nullptr && part.empty(); };
  return is_empty(manifest.metadata) || is_empty(manifest.written_by) || is_empty(manifest.golden) ||
         std::ranges::any_of(manifest.objects, is_empty, &manifest::Object::params);
}

absl::Status TakeManifest(Storage& storage) {
  const auto* data = reinterpret_cast<const uint8_t*>(storage.bytes.data());
  if (storage.bytes.size() < 16 || std::memcmp(data + 8, "PRTQ", 4) != 0) {
    return Malformed("container.magic", "not a .prq file: the identifier PRTQ is missing at offset 8", 8);
  }
  const uint64_t size = 4 + uint64_t{flatbuffers::ReadScalar<uint32_t>(data)};
  if (size > storage.bytes.size() || size > FLATBUFFERS_MAX_BUFFER_SIZE) {
    return Malformed("container.truncated",
                     absl::StrCat("the manifest needs ", size, " bytes, the file has ", storage.bytes.size()), 0);
  }
  storage.manifest_size = size;
  const auto segment = storage.bytes.first(size);
  switch (VerifyBytes(segment, storage.limits.tables, [](flatbuffers::Verifier& verifier) {
    return verifier.VerifySizePrefixedBuffer<fb::Manifest>("PRTQ");
  })) {
    case Soundness::kSound:
      break;
    case Soundness::kTooManyTables:
      return OverLimit("tables", storage.limits.tables + uint64_t{1}, storage.limits.tables);
    case Soundness::kUnsound:
      return Malformed("container.manifest", "the manifest is not a sound FlatBuffer", 4);
  }
  const Plan& plan = ManifestPlan();
  manifest::Manifest manifest{};
  if (auto violation = Decode(plan, segment, &manifest, storage.arena)) {
    return violation->rule == "newer" ? Newer() : Broken(*violation);
  }
  if (manifest.format_version > manifest::kFormatVersion) return Newer();
  if (manifest.format_version != 0 && manifest.format_version < manifest::kFormatVersion) return Older();
  if (auto violation = CheckRules(plan, &manifest, 0)) return Broken(*violation);
  if (auto offset = FirstNonCanonicalByte(plan, &manifest, segment)) {
    return Malformed("container.canonical", "the manifest has bytes that its canonical form does not have", *offset);
  }
  if (HasEmptyPart(manifest)) {
    return Malformed("container.canonical", "the manifest has an empty part, which its canonical form leaves out");
  }
  storage.metadata = manifest.metadata;
  storage.written_by = manifest.written_by;
  uint64_t next = size, inflated = 0;
  RETURN_IF_ERROR(TakeObjects(storage, manifest, next, inflated));
  const uint64_t end_of_objects = next;
  RETURN_IF_ERROR(TakeGolden(storage, manifest, next, inflated));
  if (next != storage.bytes.size()) {
    return Malformed("container.trailing", absl::StrCat(storage.bytes.size() - next, " bytes after the last segment"),
                     next);
  }
  std::string_view also = AlsoIs(storage.bytes.first(end_of_objects));
  if (also.empty()) also = AlsoIs(storage.bytes, /*is_zip=*/true);  // a golden sample may be an .npz, which is a zip
  if (!also.empty()) {
    return Malformed("container.polyglot",
                     absl::StrCat("the file is ", std::string(also), ", too, to whoever opens it so"), 0);
  }
  return absl::OkStatus();
}

}  // namespace

const Plan& ManifestPlan() {
  static const Plan plan =
      PlanOrNothing({fb::ManifestBinarySchema::data(), fb::ManifestBinarySchema::size()}, InfoOf<manifest::Manifest>());
  return plan;
}

absl::StatusOr<std::span<const std::byte>> StateBytes(const Storage& storage, const ObjectRecord& object,
                                                      Arena& arena) {
  if (!object.compressed) return storage.Stored(object);
  return Inflate(storage, object.offset, object.stored_size, object.size, arena);
}

absl::StatusOr<File> Open(std::span<const std::byte> bytes, const Limits& limits) try {
  if (bytes.size() > limits.file_bytes) return OverLimit("file_bytes", bytes.size(), limits.file_bytes);
  auto storage = std::make_shared<Storage>();
  storage->limits = limits;
  storage->bytes = storage->arena.Copy(bytes);
  RETURN_IF_ERROR(TakeManifest(*storage));
  return File(std::move(storage));
} catch (const std::bad_alloc&) {
  return OverLimit("memory", bytes.size(), limits.memory);
}

std::span<const ObjectRecord> File::objects() const { return storage_->objects; }
std::string_view File::metadata() const { return storage_->metadata; }
std::span<const GoldenSamples> File::golden() const { return storage_->golden; }
std::string_view File::written_by() const { return storage_->written_by; }
uint64_t File::size() const { return storage_->bytes.size(); }
Sha256 File::sha256() const { return Digest(storage_->bytes); }
Sha256 File::identity() const { return Digest(storage_->bytes.first(storage_->manifest_size)); }

absl::StatusOr<Sha256> File::ContentDigest() const {
  // One line an object; JSON-free, so that no two contents can write the same text: lengths go before names.
  std::string text;
  for (const ObjectRecord& object : storage_->objects) {
    Sha256 state = object.sha256;
    if (object.compressed) {
      Arena arena;
      ASSIGN_OR_RETURN(auto bytes, StateBytes(*storage_, object, arena));
      state = Digest(bytes);
    }
    for (std::string_view part : {object.type, object.role, object.params}) {
      absl::StrAppend(&text, part.size(), ":", std::string(part), ",");
    }
    absl::StrAppend(&text, object.parent ? *object.parent + 1 : 0, ",", Hex(state), "\n");
  }
  return Digest(text);
}

}  // namespace pratique
