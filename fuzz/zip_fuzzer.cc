// What the strict zip reader accepts, libzip reads as the same members with the same content; what it refuses has a
// reason.
#include <zip.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "archive/zip.h"
#include "fuzz/graph_property.h"

namespace pratique {  // libzip has a name `zip`, too
namespace {

struct CloseArchive {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

// A method that this build of libzip knows: not LZMA in Debian's. Of others it may not even open the archive.
bool LibzipReads(const zip::Member& member) { return zip_compression_method_supported(member.method, 0) != 0; }

std::vector<std::byte> ReadByLibzip(zip_t* zip, uint64_t index, uint64_t size) {
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(zip, index, 0));
  fuzz::Require(file != nullptr, "libzip opens every member");
  std::vector<std::byte> content(size + 1);  // one more, to see that it ends there
  const auto read = zip_fread(file.get(), content.data(), content.size());
  fuzz::Require(read >= 0, "libzip reads every member");
  content.resize(static_cast<size_t>(read));
  return content;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Limits limits = fuzz::ImportLimits();
  limits.inflated_bytes = uint64_t{4} << 20;
  const auto file = std::as_bytes(std::span(data, size));
  for (const zip::Rules rules : {zip::Rules::kForeign, zip::Rules::kStrict}) {
    const auto archive = zip::Archive::Open(file, limits, rules);
    if (!archive.ok()) {
      fuzz::RequireRejection(archive.status());
      continue;
    }
    std::unique_ptr<zip_t, CloseArchive> other;
    if (rules == zip::Rules::kStrict) {
      zip_source_t* source = zip_source_buffer_create(data, size, 0, nullptr);
      other.reset(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, nullptr));
      if (other == nullptr) zip_source_free(source);
      const bool all_known = std::ranges::all_of(archive->members(), LibzipReads);
      fuzz::Require(other != nullptr || !all_known, "libzip opens what the strict reader opens");
      fuzz::Require(!other || static_cast<size_t>(zip_get_num_entries(other.get(), 0)) == archive->members().size(),
                    "libzip sees as many members");
    }
    uint64_t index = 0;
    for (const zip::Member& member : archive->members()) {
      std::deque<codec::Buffer> kept;
      const auto content = archive->Read(member, kept);
      if (!content.ok()) fuzz::RequireRejection(content.status());
      if (content.ok() && other != nullptr && LibzipReads(member)) {
        const bool has_nul = member.name.find('\0') != std::string_view::npos;  // ends a C string
        fuzz::Require(has_nul || zip_get_name(other.get(), index, ZIP_FL_ENC_RAW) == std::string(member.name),
                      "libzip sees the same name");
        fuzz::Require(std::ranges::equal(ReadByLibzip(other.get(), index, member.size), *content),
                      "libzip sees the same content");
      }
      ++index;
    }
  }
  return 0;
}

}  // namespace pratique
