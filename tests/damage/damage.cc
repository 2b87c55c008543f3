#include "tests/damage/damage.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <filesystem>
#include <memory>

#include "archive/inflate.h"
#include "archive/zip.h"
#include "data/file_io.h"
#include "fuzz/property.h"

namespace pratique::testing {
namespace {

namespace fs = std::filesystem;

class Damager {
 public:
  Damager(const std::vector<Sound>& models, uint64_t number) : models_(models), random_(number) {}

  std::string Make() {
    const Sound& model = Any(models_);
    if (model.parts && Below(4) != 0) return Resealed(*model.parts);
    if (!model.members.empty() && Below(4) != 0) return Rezipped(model.members);
    std::string bytes = model.bytes;
    for (size_t n = 1 + Below(3); n > 0; --n) Change(bytes);
    return bytes;
  }

 private:
  size_t Below(size_t n) { return n == 0 ? 0 : random_() % n; }
  template <class T>
  const T& Any(const std::vector<T>& list) {
    return list[Below(list.size())];
  }

  // A number that sizes and indexes are often wrong by or at.
  uint64_t Edge(uint64_t old) {
    const std::array<uint64_t, 14> edges{0,          1,          old + 1,    old - 1,          old * 2,
                                         ~old,       0x7f,       0xff,       0xffff,           0x7fffffff,
                                         0x80000000, 0xffffffff, UINT64_MAX, uint64_t{1} << 63};
    return edges[Below(edges.size())];
  }

  void Change(std::string& bytes) {
    if (bytes.empty()) return;
    const size_t at = Below(bytes.size());
    const size_t run = std::min(bytes.size() - at, 1 + Below(32));
    switch (Below(9)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << Below(8)));
        break;
      case 1:
        bytes[at] = static_cast<char>(random_());
        break;
      case 2:
        bytes.resize(at);
        break;
      case 3:
        bytes.erase(at, run);
        break;
      case 4:
        bytes.insert(at, bytes, Below(bytes.size()), Below(64));
        break;  // a part of itself
      case 5: {
        const std::string& other = Any(models_).bytes;
        bytes.insert(at, other, Below(other.size()), Below(256));
        break;
      }
      case 6: {  // one file's beginning, another's end
        const std::string& other = Any(models_).bytes;
        bytes = bytes.substr(0, at) + other.substr(Below(other.size()));
        break;
      }
      case 7:
        std::fill_n(bytes.begin() + static_cast<ptrdiff_t>(at), run, Below(2) ? '\0' : '\xff');
        break;
      default: {  // a length, index or number of 1, 2, 4 or 8 bytes
        const size_t width = std::min<size_t>(size_t{1} << Below(4), bytes.size() - at);
        uint64_t value = 0;
        std::memcpy(&value, bytes.data() + at, width);
        value = Edge(value);
        std::memcpy(bytes.data() + at, &value, width);
      }
    }
  }

  std::string Resealed(FileToWrite parts) {
    ObjectToWrite& object = parts.objects[Below(parts.objects.size())];
    const ObjectToWrite& other = parts.objects[Below(parts.objects.size())];
    switch (Below(8)) {
      case 0:
        object.type = other.type;
        break;
      case 1:
        object.state = other.state;
        break;
      case 2:
        object.owner = static_cast<uint32_t>(Below(parts.objects.size() + 2));
        break;
      case 3:
        object.role = other.role;
        break;
      default:
        for (size_t n = 1 + Below(2); n > 0; --n) Change(object.state);
    }
    const absl::StatusOr<std::string> file = WriteFile(parts);
    return file.ok() ? *file : "";
  }

  std::string Rezipped(std::vector<ZipEntry> members) {
    for (size_t n = 1 + Below(2); n > 0; --n) {
      ZipEntry& member = members[Below(members.size())];
      if (Below(8) == 0)
        member.content = Any(members).content;
      else
        Change(member.content);
    }
    return WriteZip(members).bytes;
  }

  const std::vector<Sound>& models_;
  std::mt19937_64 random_;
};

std::vector<ZipEntry> MembersOf(std::span<const std::byte> file) {
  std::vector<ZipEntry> members;
  const auto archive = zip::Archive::Open(file, {}, zip::Rules::kStrict);
  if (!archive.ok()) return members;
  std::deque<codec::Buffer> kept;
  for (const zip::Member& member : archive->members()) {
    const auto content = archive->Read(member, kept);
    if (content.ok())
      members.push_back(
          {std::string(member.name), {reinterpret_cast<const char*>(content->data()), content->size()}, false});
  }
  return members;
}

// What else the last of `models` is: its stream, the .prq.
void AddForms(std::vector<Sound>& models) {
  const std::string name = models.back().name, stored = models.back().bytes;
  const codec::Codec codec = codec::Detect(View(stored));
  if (codec != codec::Codec::kNone) {
    if (auto inflated = codec::Inflate(codec, View(stored), Limits{}); inflated.ok()) {
      models.push_back({name + ", inflated",
                        std::string(reinterpret_cast<const char*>(inflated->data.get()), inflated->size),
                        std::nullopt,
                        {}});
    }
  }
  const auto imported = Import(View(stored));
  if (!imported.ok()) return;  // a bundle
  const auto file = Open(View(imported->prq), {});
  if (!file.ok()) return;
  auto parts = Unpack(*file);
  if (parts.ok()) models.push_back({name + ", as .prq", imported->prq, *std::move(parts), {}});
}

}  // namespace

std::vector<Sound> SoundModels(size_t max_bytes, size_t step) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(PRATIQUE_SOURCE_DIR "/tests/models")) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("model.") && entry.file_size() <= max_bytes) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Sound> models;
  size_t files = 0, archives = 0;
  for (const fs::path& path : paths) {
    // There are fewer of .skops.
    const bool is_zip = path.extension() == ".skops";
    if (is_zip ? archives++ % std::max<size_t>(step / 4, 1) != 0 : files++ % step != 0) continue;
    auto read = ReadFile(path.string(), {});
    if (!read.ok()) continue;
    Sound sound{path.string(), std::string(read->span().begin(), read->span().end()), std::nullopt, {}};
    if (is_zip) sound.members = MembersOf(View(sound.bytes));
    models.push_back(std::move(sound));
    AddForms(models);
  }
  return models;
}

std::string Damaged(const std::vector<Sound>& models, uint64_t number) { return Damager(models, number).Make(); }

bool HoldsFor(const std::string& bytes) {
  // A copy of exactly this size: a sanitizer sees one byte too far.
  const auto exact = std::make_unique<std::byte[]>(bytes.size());
  std::memcpy(exact.get(), bytes.data(), bytes.size());
  const std::span<const std::byte> file(exact.get(), bytes.size());
  const absl::StatusOr<Model> model = LoadBytes(file);
  if (model.ok()) {
    fuzz::RequireTotal(*model);
  } else {
    fuzz::RequireRejection(model.status());
  }
  return model.ok();
}

}  // namespace pratique::testing
