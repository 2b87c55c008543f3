#include "container/writer.h"

#include <zstd.h>

#include <cstring>

#include "absl/status/status.h"
#include "aligned_memory.h"
#include "container/manifest.h"
#include "container/plan_of_manifest.h"
#include "container/sha256.h"
#include "container/storage.h"
#include "state/layout.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr uint64_t kAlignment = 64;
uint64_t Aligned(uint64_t n) { return (n + kAlignment - 1) / kAlignment * kAlignment; }

// One segment on its way into the file.
struct Stored {
  std::string compressed;  // empty: `plain` is stored
  std::string_view plain;
  std::string_view bytes() const { return compressed.empty() ? plain : std::string_view(compressed); }
};

Stored Store(std::string_view plain, bool compress) {
  Stored stored{"", plain};
  if (compress) {
    std::string out(ZSTD_compressBound(plain.size()), '\0');
    size_t size = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 9);
    if (!ZSTD_isError(size) && size < plain.size()) {
      out.resize(size);
      stored.compressed = std::move(out);
    }
  }
  return stored;
}

fb::Segment SegmentOf(const Stored& stored, uint64_t offset) {
  const Sha256 digest = Digest(stored.bytes());
  uint64_t words[4];
  std::memcpy(words, digest.data(), sizeof words);
  return fb::Segment(offset, stored.bytes().size(), stored.plain.size(),
                     stored.compressed.empty() ? fb::Codec::None : fb::Codec::Zstd, words[0], words[1], words[2],
                     words[3]);
}

}  // namespace

absl::StatusOr<std::string> WriteFile(const FileToWrite& file) {
  std::vector<Stored> stored;
  for (const ObjectToWrite& object : file.objects) stored.push_back(Store(object.state, file.compress));
  for (const GoldenToWrite& golden : file.golden) {
    stored.push_back(Store(golden.input, file.compress));
    stored.push_back(Store(golden.expected, file.compress));
  }
  std::vector<fb::Segment> segments(stored.size());
  std::vector<manifest::Object> objects(file.objects.size());
  for (size_t i = 0; i < objects.size(); ++i) {
    const ObjectToWrite& o = file.objects[i];
    objects[i] = {o.type, o.role, o.owner, {&segments[i], 1}, o.params};
    if (o.params.empty()) objects[i].params = {};
  }
  std::vector<manifest::Golden> golden(file.golden.size());
  for (size_t i = 0; i < golden.size(); ++i) {
    const GoldenToWrite& g = file.golden[i];
    const fb::Segment* pair = &segments[objects.size() + 2 * i];
    golden[i] = {g.method, g.origin, {pair, 1}, {pair + 1, 1}};
  }
  manifest::Manifest manifest{manifest::kFormatVersion, objects, file.metadata, file.written_by, golden};
  if (file.metadata.empty()) manifest.metadata = {};
  if (file.written_by.empty()) manifest.written_by = {};
  if (golden.empty()) manifest.golden = {};

  // The manifest's size does not depend on the offsets in it: encode once to measure, once to write.
  absl::StatusOr<std::string> head = Encode(ManifestPlan(), &manifest);
  if (!head.ok()) return head.status();
  uint64_t offset = Aligned(head->size());
  for (size_t i = 0; i < stored.size(); ++i) {
    segments[i] = SegmentOf(stored[i], offset);
    offset = Aligned(offset + stored[i].bytes().size());
  }
  head = Encode(ManifestPlan(), &manifest);
  if (!head.ok()) return head.status();
  std::string out;
  out.reserve(offset);
  AskForHugePages(out.data(), offset);
  out += *head;
  for (const Stored& s : stored) {
    out.resize(Aligned(out.size()), '\0');
    out += s.bytes();
  }
  return out;
}

absl::StatusOr<FileToWrite> Unpack(const File& file) {
  FileToWrite out;
  out.metadata = file.metadata();
  out.written_by = file.written_by();
  for (const ObjectRecord& object : file.objects()) {
    Arena arena;
    ASSIGN_OR_RETURN(std::span<const std::byte> state, StateBytes(file.storage(), object, arena));
    out.objects.push_back({std::string(object.type), std::string(object.role), std::string(object.params),
                           object.parent ? *object.parent + 1 : 0,
                           std::string(reinterpret_cast<const char*>(state.data()), state.size())});
  }
  for (const GoldenSamples& g : file.golden()) {
    out.golden.push_back({std::string(g.method), std::string(g.origin), std::string(g.input), std::string(g.expected)});
  }
  return out;
}

}  // namespace pratique
