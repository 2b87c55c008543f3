// The .npy members of an .npz, read forward: a matrix may be larger than memory. Errors are input.npz.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "data/file_io.h"
#include "data/npy.h"

namespace pratique {

absl::Status BadNpz(std::string message, std::string help = "");

// A zip file, opened by minizip: at one member at a time.
class Unzip;
struct CloseUnzip {
  void operator()(Unzip* zip) const;
};
using UnzipPtr = std::unique_ptr<Unzip, CloseUnzip>;

// One array of an archive, which must outlive it.
class NpzMember {
 public:
  const NpyHeader& header() const { return header_; }
  // The next elements, as T. Fewer than that are an error.
  template <class T>
  absl::Status Read(std::span<T> out);
  // All elements that are left, and Finish.
  template <class T>
  absl::StatusOr<std::vector<T>> ReadAll();
  // After the last element: nothing follows, and the checksum is right.
  absl::Status Finish();

 private:
  friend class NpzArchive;
  absl::Status ReadBytes(std::span<char> out);
  absl::Status ReadHeader();

  std::string name_;
  UnzipPtr zip_;
  uint64_t size_ = 0, left_ = 0;  // bytes: as declared, and not yet read
  NpyHeader header_;
  std::vector<char> ahead_;  // came with the header
  std::vector<char> block_;
};

class NpzArchive {
 public:
  static absl::StatusOr<NpzArchive> Open(const Fd& fd, const std::string& path, const Limits& limits);

  size_t members() const;
  bool Has(const std::string& name) const;  // names are without ".npy"
  // At its first element. What it inflates to is charged to limits.inflated_bytes, once.
  absl::StatusOr<NpzMember> OpenMember(const std::string& name);
  absl::StatusOr<NpzMember> OpenIntegers(const std::string& name);  // of one dimension
  // A whole member as it is.
  absl::StatusOr<std::string> ReadDocument(const std::string& name);

 private:
  struct Place {
    uint64_t offset, number;  // in the directory
    uint64_t size;            // inflated, as declared
    bool charged = false;
  };
  NpzArchive(UnzipPtr zip, uint64_t budget) : zip_(std::move(zip)), budget_(budget) {}
  absl::Status ReadDirectory();
  absl::StatusOr<NpzMember> OpenFile(const std::string& name);

  UnzipPtr zip_;
  std::map<std::string, Place> places_;  // by name
  uint64_t budget_, spent_ = 0;
};

}  // namespace pratique
