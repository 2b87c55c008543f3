// The compressions that importers read, written; what fails gives "".
#pragma once

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace pratique::testing {

// No compressor here makes more of a text.
inline std::string Room(std::string_view in) { return std::string(in.size() + in.size() / 8 + 1000, '\0'); }

inline std::string Deflated(std::string_view in, int window_bits) {
  std::string out = Room(in);
  z_stream s{};
  deflateInit2(&s, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  s.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  s.avail_in = static_cast<uInt>(in.size());
  s.next_out = reinterpret_cast<Bytef*>(out.data());
  s.avail_out = static_cast<uInt>(out.size());
  out.resize(deflate(&s, Z_FINISH) == Z_STREAM_END ? s.total_out : 0);
  deflateEnd(&s);
  return out;
}
inline std::string Deflate(std::string_view in) { return Deflated(in, -15); }
inline std::string Zlib(std::string_view in) { return Deflated(in, 15); }
inline std::string Gzip(std::string_view in) { return Deflated(in, 15 + 16); }

inline std::string Bz2(std::string_view in) {
  std::string out = Room(in);
  auto size = static_cast<unsigned>(out.size());
  const int code = BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(in.data()),
                                            static_cast<unsigned>(in.size()), 9, 0, 0);
  out.resize(code == BZ_OK ? size : 0);
  return out;
}

inline std::string Xz(std::string_view in) {
  std::string out = Room(in);
  size_t size = 0;
  const lzma_ret code =
      lzma_easy_buffer_encode(3, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const uint8_t*>(in.data()), in.size(),
                              reinterpret_cast<uint8_t*>(out.data()), &size, out.size());
  out.resize(code == LZMA_OK ? size : 0);
  return out;
}

// With an end marker, its size unknown.
inline std::string LzmaAlone(std::string_view in) {
  std::string out = Room(in);
  lzma_options_lzma options;
  lzma_lzma_preset(&options, 3);
  lzma_stream s = LZMA_STREAM_INIT;
  lzma_ret code = lzma_alone_encoder(&s, &options);
  s.next_in = reinterpret_cast<const uint8_t*>(in.data());
  s.avail_in = in.size();
  s.next_out = reinterpret_cast<uint8_t*>(out.data());
  s.avail_out = out.size();
  if (code == LZMA_OK) code = lzma_code(&s, LZMA_FINISH);
  out.resize(code == LZMA_STREAM_END ? s.total_out : 0);
  lzma_end(&s);
  return out;
}

inline std::string Lz4(std::string_view in) {
  std::string out(LZ4F_compressFrameBound(in.size(), nullptr), '\0');
  const size_t size = LZ4F_compressFrame(out.data(), out.size(), in.data(), in.size(), nullptr);
  out.resize(LZ4F_isError(size) ? 0 : size);
  return out;
}

// joblib 0.9: the length in text, then a zlib stream.
inline std::string ZFile(std::string_view in, std::string length) {
  length.resize(19, ' ');
  return "ZF" + length + Zlib(in);
}

}  // namespace pratique::testing
