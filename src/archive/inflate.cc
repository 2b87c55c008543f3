#include "archive/inflate.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdlib>
#include <string>

#include "pratique/rejection.h"

namespace pratique::codec {
namespace {

using Bytes = std::span<const std::byte>;

// xz -9 asks for 65 MiB; a stream may name a dictionary of 4 GiB.
constexpr uint64_t kLzmaMemory = uint64_t{256} << 20;
constexpr uint64_t kRatioFreeBytes = uint64_t{1} << 20;
constexpr size_t kZFileHeader = 21;

enum class Step : uint8_t { kMore, kEnd, kBroken, kMemory };

// One decompression library. Run consumes from `in` and writes to `out`, shrinking both spans.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual Step Run(Bytes& in, std::span<std::byte>& out) = 0;
};

// The libraries count in 32 bits.
unsigned Clamp(size_t n) { return static_cast<unsigned>(std::min<size_t>(n, 1u << 30)); }

template <typename Stream, typename In, typename Out>
void Point(Stream& s, Bytes in, std::span<std::byte> out) {
  s.next_in = reinterpret_cast<In>(const_cast<std::byte*>(in.data()));
  s.avail_in = Clamp(in.size());
  s.next_out = reinterpret_cast<Out>(out.data());
  s.avail_out = Clamp(out.size());
}

template <typename Stream>
void Advance(const Stream& s, Bytes& in, std::span<std::byte>& out) {
  in = in.subspan(Clamp(in.size()) - s.avail_in);
  out = out.subspan(Clamp(out.size()) - s.avail_out);
}

class Zlib : public Decoder {
 public:
  explicit Zlib(int window_bits) { ok_ = inflateInit2(&s_, window_bits) == Z_OK; }
  ~Zlib() override {
    if (ok_) inflateEnd(&s_);
  }
  Step Run(Bytes& in, std::span<std::byte>& out) override {
    if (!ok_) return Step::kMemory;
    Point<z_stream, Bytef*, Bytef*>(s_, in, out);
    const int code = inflate(&s_, Z_NO_FLUSH);
    Advance(s_, in, out);
    if (code == Z_STREAM_END) return Step::kEnd;
    if (code == Z_MEM_ERROR) return Step::kMemory;
    return code == Z_OK || code == Z_BUF_ERROR ? Step::kMore : Step::kBroken;
  }

 private:
  z_stream s_{};
  bool ok_ = false;
};

class Bzip2 : public Decoder {
 public:
  Bzip2() { ok_ = BZ2_bzDecompressInit(&s_, 0, 0) == BZ_OK; }
  ~Bzip2() override {
    if (ok_) BZ2_bzDecompressEnd(&s_);
  }
  Step Run(Bytes& in, std::span<std::byte>& out) override {
    if (!ok_) return Step::kMemory;
    Point<bz_stream, char*, char*>(s_, in, out);
    const int code = BZ2_bzDecompress(&s_);
    Advance(s_, in, out);
    if (code == BZ_STREAM_END) return Step::kEnd;
    if (code == BZ_MEM_ERROR) return Step::kMemory;
    return code == BZ_OK ? Step::kMore : Step::kBroken;
  }

 private:
  bz_stream s_{};
  bool ok_ = false;
};

class Lzma : public Decoder {
 public:
  explicit Lzma(bool xz) {
    ok_ = (xz ? lzma_stream_decoder(&s_, kLzmaMemory, 0) : lzma_alone_decoder(&s_, kLzmaMemory)) == LZMA_OK;
  }
  ~Lzma() override { lzma_end(&s_); }
  Step Run(Bytes& in, std::span<std::byte>& out) override {
    if (!ok_) return Step::kMemory;
    Point<lzma_stream, uint8_t*, uint8_t*>(s_, in, out);
    const lzma_ret code = lzma_code(&s_, LZMA_RUN);
    Advance(s_, in, out);
    if (code == LZMA_STREAM_END) return Step::kEnd;
    if (code == LZMA_MEM_ERROR || code == LZMA_MEMLIMIT_ERROR) return Step::kMemory;
    return code == LZMA_OK || code == LZMA_BUF_ERROR ? Step::kMore : Step::kBroken;
  }

 private:
  lzma_stream s_ = LZMA_STREAM_INIT;
  bool ok_ = false;
};

class Lz4 : public Decoder {
 public:
  Lz4() { ok_ = !LZ4F_isError(LZ4F_createDecompressionContext(&s_, LZ4F_VERSION)); }
  ~Lz4() override {
    if (ok_) LZ4F_freeDecompressionContext(s_);
  }
  Step Run(Bytes& in, std::span<std::byte>& out) override {
    if (!ok_) return Step::kMemory;
    // Block by block: of a call that fails nothing is known to have come out, and Python has read what was sound.
    size_t n_in = std::min(in.size(), wanted_ > kBlockHeader ? wanted_ - kBlockHeader : wanted_);
    size_t n_out = out.size();
    const size_t code = LZ4F_decompress(s_, out.data(), &n_out, in.data(), &n_in, nullptr);
    if (LZ4F_isError(code)) return Step::kBroken;
    in = in.subspan(n_in);
    out = out.subspan(n_out);
    wanted_ = code;
    return code == 0 ? Step::kEnd : Step::kMore;
  }

 private:
  static constexpr size_t kBlockHeader = 4;  // of the next block, which LZ4F asks for with this one

  LZ4F_dctx* s_ = nullptr;
  size_t wanted_ = LZ4F_HEADER_SIZE_MIN;
  bool ok_ = false;
};

std::unique_ptr<Decoder> Make(Codec codec) {
  switch (codec) {
    case Codec::kNone:
      break;
    case Codec::kZlib:
    case Codec::kZFile:
      return std::make_unique<Zlib>(15);
    case Codec::kGzip:
      return std::make_unique<Zlib>(15 + 16);
    case Codec::kDeflate:
      return std::make_unique<Zlib>(-15);
    case Codec::kBzip2:
      return std::make_unique<Bzip2>();
    case Codec::kLzma:
      return std::make_unique<Lzma>(false);
    case Codec::kXz:
      return std::make_unique<Lzma>(true);
    case Codec::kLz4:
      return std::make_unique<Lz4>();
  }
  return nullptr;
}

absl::Status Refuse(Reason reason, std::string code, std::string message, std::string help) {
  return ToStatus({.stage = Stage::kContainer,
                   .reason = reason,
                   .code = std::move(code),
                   .message = std::move(message),
                   .help = std::move(help)});
}

absl::Status Broken(Codec codec, std::string what) {
  return Refuse(Reason::kMalformed, "codec." + std::string(Name(codec)),
                std::string(Name(codec)) + " stream " + std::move(what),
                "The file is damaged or was not written by joblib; get it again.");
}

// How many bytes may come out, and the error for one more.
struct Allowance {
  uint64_t bytes;
  std::string_view key;
  uint64_t value;
};

Allowance AllowanceFor(uint64_t stored, const Limits& limits, Spent before) {
  if (before.stored != 0) stored = before.stored;
  const uint64_t by_ratio = limits.inflate_ratio > UINT64_MAX / std::max<uint64_t>(stored, 1)
                                ? UINT64_MAX
                                : std::max(kRatioFreeBytes, limits.inflate_ratio * stored);
  const auto left = [&](uint64_t most) { return most - std::min(most, before.inflated); };
  if (by_ratio < limits.inflated_bytes) return {left(by_ratio), "inflate_ratio", limits.inflate_ratio};
  return {left(limits.inflated_bytes), "inflated_bytes", limits.inflated_bytes};
}

absl::Status OverLimit(std::string_view key, uint64_t value, size_t stored) {
  return Refuse(Reason::kLimit, "limit." + std::string(key),
                std::to_string(stored) + " stored bytes inflate to more than the limit " + std::string(key) + " = " +
                    std::to_string(value) + " allows",
                "If you expect a file this large, raise limits." + std::string(key) + " in the policy.");
}

// Grows without initialising: realloc moves pages instead of copying them.
bool Resize(Buffer& buffer, size_t capacity) {
  auto* grown = static_cast<std::byte*>(std::realloc(buffer.data.get(), std::max<size_t>(capacity, 1)));
  if (grown == nullptr) return false;
  (void)buffer.data.release();
  buffer.data.reset(grown);
  return true;
}

// The declared length of a joblib <= 0.9 z-file: "ZF", then "0x..." padded with spaces to 19 characters.
std::optional<uint64_t> ZFileLength(Bytes file) {
  if (file.size() < kZFileHeader) return std::nullopt;
  std::string_view digits(reinterpret_cast<const char*>(file.data()) + 2, kZFileHeader - 2);
  if (!digits.starts_with("0x")) return std::nullopt;
  digits.remove_prefix(2);
  uint64_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length, 16);
  if (error != std::errc()) return std::nullopt;
  std::string_view rest(end, digits.data() + digits.size() - end);
  if (rest.starts_with("L")) rest.remove_prefix(1);  // Python 2's hex() of a long
  return rest.find_first_not_of(' ') == rest.npos ? std::optional(length) : std::nullopt;
}

// Past the header of a z-file; Python 2 before joblib 0.8.4 wrote one more space.
Bytes AfterZFileHeader(Bytes file) {
  Bytes rest = file.subspan(kZFileHeader);
  return !rest.empty() && rest[0] == std::byte{' '} ? rest.subspan(1) : rest;
}

// gzip, bz2, xz and lz4 streams may be concatenated; joblib reads the content as one.
bool Concatenates(Codec codec) {
  return codec == Codec::kGzip || codec == Codec::kBzip2 || codec == Codec::kXz || codec == Codec::kLz4;
}

// Python's lzma reads a stream of either of its formats behind one of either.
Codec Next(Codec codec, Bytes rest) {
  if (codec != Codec::kLzma && codec != Codec::kXz) return codec;
  return Detect(rest) == Codec::kXz ? Codec::kXz : Codec::kLzma;
}

absl::Status InflateInto(Buffer& out, Codec codec, Bytes in, Allowance allowance) {
  const size_t stored = in.size();
  std::unique_ptr<Decoder> decoder = Make(codec);
  // One byte beyond the allowance tells "exactly enough" from "more".
  const uint64_t most = allowance.bytes == UINT64_MAX ? UINT64_MAX : allowance.bytes + 1;
  size_t capacity = std::min<uint64_t>(most, std::max<uint64_t>(uint64_t{4} * stored, 1 << 16));
  if (!Resize(out, capacity)) return OverLimit("memory", capacity, stored);
  for (;;) {
    std::span<std::byte> room(out.data.get() + out.size, capacity - out.size);
    const size_t in_before = in.size();
    const size_t room_before = room.size();
    const Step step = decoder->Run(in, room);
    out.size += room_before - room.size();
    if (out.size > allowance.bytes) return OverLimit(allowance.key, allowance.value, stored);
    switch (step) {
      case Step::kMemory:
        return Refuse(Reason::kLimit, "limit.memory",
                      "the " + std::string(Name(codec)) + " stream asks for a dictionary of more than " +
                          std::to_string(kLzmaMemory >> 20) + " MiB",
                      "Save the model again with a smaller compression level.");
      case Step::kBroken:
        return Broken(codec, "is broken at stored byte " + std::to_string(stored - in.size()));
      case Step::kEnd:
        if (in.empty()) return absl::OkStatus();
        if (!Concatenates(codec) || Detect(in) != codec) {
          return Refuse(
              Reason::kMalformed, "codec.trailing",
              std::to_string(in.size()) + " bytes follow the end of the " + std::string(Name(codec)) + " stream",
              "A second content can hide behind a first one; save the model again.");
        }
        decoder = Make(codec);
        break;
      case Step::kMore:
        if (room.empty()) {
          capacity = std::min<uint64_t>(most, uint64_t{2} * capacity);
          if (!Resize(out, capacity)) return OverLimit("memory", capacity, stored);
        } else if (in.size() == in_before && room.size() == room_before) {
          return Broken(codec, "is truncated: it ends early, after " + std::to_string(out.size) + " inflated bytes");
        }
        break;
    }
  }
}

}  // namespace

void Buffer::Free::operator()(std::byte* p) const { std::free(p); }

std::string_view Name(Codec codec) {
  constexpr std::string_view kNames[] = {"", "zlib", "gzip", "bz2", "lzma", "xz", "lz4", "zfile", "deflate"};
  return kNames[static_cast<size_t>(codec)];
}

Codec Detect(Bytes file) {
  const std::string_view head(reinterpret_cast<const char*>(file.data()), std::min<size_t>(file.size(), 32));
  if (head.starts_with("ZF0x")) return Codec::kZFile;
  // zlib: a deflate header of any window, whose two bytes are a multiple of 31.
  if (head.size() >= 2 && head[0] == '\x78' && (0x7800 + static_cast<uint8_t>(head[1])) % 31 == 0) return Codec::kZlib;
  if (head.starts_with("\x1f\x8b")) return Codec::kGzip;
  // "BZ" alone could be the BINBYTES opcode of a pickle.
  if (head.size() >= 4 && head.starts_with("BZh") && head[3] >= '1' && head[3] <= '9') return Codec::kBzip2;
  // As a pickle "]\0" would be an empty list and an opcode that does not exist.
  if (head.size() >= 13 && head.starts_with(std::string_view("\x5d\x00", 2))) return Codec::kLzma;
  if (head.starts_with(std::string_view("\xfd"
                                        "7zXZ\x00",
                                        6)))
    return Codec::kXz;
  if (head.starts_with("\x04\x22\x4d\x18")) return Codec::kLz4;
  return Codec::kNone;
}

// The header and its tests are those of lzma_auto_decoder (xz, alone_decoder.c): a byte of properties, the dictionary's
// size as 2^n or 2^n + 2^(n-1), the content's size below 2^38; of the last two all ones stand for none.
bool BeginsLzma(Bytes file) {
  constexpr size_t kHeader = 13, kDictionary = 1, kSize = 5;
  if (file.size() <= kHeader) return false;
  const auto number = [&](size_t at, size_t width) {
    uint64_t value = 0;
    for (size_t i = width; i-- > 0;) value = value << 8 | std::to_integer<uint64_t>(file[at + i]);
    return value;
  };
  const auto properties = std::to_integer<unsigned>(file[0]);
  const uint64_t dictionary = number(kDictionary, 4), size = number(kSize, 8);
  const uint64_t highest = std::bit_floor(dictionary);
  return properties < 225 && properties % 9 + properties / 9 % 5 <= 4 &&
         (dictionary == UINT32_MAX || dictionary == highest || dictionary == highest + highest / 2) &&
         (size == UINT64_MAX || size < uint64_t{1} << 38);
}

absl::StatusOr<Buffer> Inflate(Codec codec, Bytes file, const Limits& limits, Spent before) {
  std::optional<uint64_t> declared;
  Bytes in = file;
  if (codec == Codec::kZFile) {
    declared = ZFileLength(file);
    if (!declared) return Broken(codec, "has a header that is not a length");
    in = AfterZFileHeader(file);
  }
  Buffer out;
  const absl::Status status = InflateInto(out, codec, in, AllowanceFor(file.size(), limits, before));
  if (!status.ok()) return status;
  if (declared && *declared != out.size) {
    return Broken(codec, "declares " + std::to_string(*declared) + " bytes and holds " + std::to_string(out.size));
  }
  return out;
}

bool InflateBlocks(Codec codec, Bytes file, size_t count, absl::FunctionRef<bool(Bytes)> visit, BrokenTail tail) {
  Buffer out;
  if (codec == Codec::kZFile) {
    if (file.size() < kZFileHeader) return true;
    file = AfterZFileHeader(file);
  }
  if (!Resize(out, count)) return false;
  std::unique_ptr<Decoder> decoder = Make(codec);
  bool behind_first = false;
  for (bool goes = true; goes;) {
    std::span<std::byte> room(out.data.get(), count);
    std::span<std::byte> room_of_stream = room;
    while (goes && !room.empty()) {
      const size_t in_before = file.size();
      const size_t room_before = room.size();
      const Step step = decoder->Run(file, room);
      if (step == Step::kEnd) {
        // Python's readers go on with whatever follows; some skip zeros first.
        while (!file.empty() && file[0] == std::byte{0}) file = file.subspan(1);
        goes = !file.empty();
        if (goes) decoder = Make(Next(codec, file));
        behind_first = true;
        room_of_stream = room;
      } else {
        goes = step == Step::kMore && (file.size() != in_before || room.size() != room_before);
        if (!goes && behind_first && tail == BrokenTail::kLeftOut) room = room_of_stream;
      }
    }
    if (!visit({out.data.get(), count - room.size()})) return false;
  }
  return true;
}

Buffer InflateHead(Codec codec, Bytes file, size_t count, BrokenTail tail) {
  Buffer head;
  const auto take = [&](Bytes block) {
    if (Resize(head, block.size())) {
      std::ranges::copy(block, head.data.get());
      head.size = block.size();
    }
    return false;
  };
  InflateBlocks(codec, file, count, take, tail);
  return head;
}

}  // namespace pratique::codec
