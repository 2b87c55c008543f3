#include "data/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "data/dtype.h"
#include "data/input_error.h"
#include "data/npy_fields.h"
#include "status_macros.h"
#include "utf8.h"

namespace pratique {
namespace {

absl::Status Bad(std::string message, std::string help = "") {
  return InputError("input.npy", std::move(message), std::move(help));
}

struct Kind {
  char letter;
  size_t size;
  DType dtype;
};
constexpr std::array<Kind, 12> kKinds = {{
    {'f', 8, DType::kFloat64},
    {'f', 4, DType::kFloat32},
    {'f', 2, DType::kFloat16},
    {'i', 8, DType::kInt64},
    {'i', 4, DType::kInt32},
    {'i', 2, DType::kInt16},
    {'i', 1, DType::kInt8},
    {'u', 8, DType::kUInt64},
    {'u', 4, DType::kUInt32},
    {'u', 2, DType::kUInt16},
    {'u', 1, DType::kUInt8},
    {'b', 1, DType::kBool},
}};

absl::Status SetType(const std::string& descr, NpyHeader& header) {
  if (descr.find('O') != descr.npos) {
    return InputError("input.object_array", "an object array would need unpickling, which can run code",
                      "save numbers, or strings as a numpy str array: X.astype(str)");
  }
  size_t size = 0;
  const char* end = descr.data() + descr.size();
  bool ok = descr.size() >= 3 && std::string_view("<>|=").find(descr[0]) != std::string_view::npos;
  if (ok) {
    auto [stop, error] = std::from_chars(descr.data() + 2, end, size);
    ok = error == std::errc() && stop == end && size > 0 && size < (size_t{1} << 28);
  }
  if (!ok) return Bad("the dtype '" + Escape(descr, 60) + "' is not understood");
  bool big = descr[0] == '>';
  header.swapped = big != (std::endian::native == std::endian::big) && descr[0] != '|' && descr[0] != '=';
  char letter = descr[1];
  if (letter == 'U' || letter == 'S') {
    header.dtype = DType::kString;
    header.is_bytes = letter == 'S';
    header.item_size = letter == 'U' ? size * 4 : size;
    return absl::OkStatus();
  }
  for (const Kind& kind : kKinds) {
    if (kind.letter != letter || kind.size != size) continue;
    if (header.swapped && kind.dtype == DType::kFloat32) {
      return Bad("float32 in another byte order is taken for float64 by some of scikit-learn's estimators",
                 "save it in this machine's order: X.astype('float32')");
    }
    header.dtype = kind.dtype;
    header.item_size = size;
    return absl::OkStatus();
  }
  return Bad("the dtype '" + Escape(descr, 60) + "' is not supported",
             "save floats, integers, bool or str: X.astype('float64')");
}

template <class T>
T Load(const char* p, bool swapped) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, p, sizeof(T));
  if (swapped) std::reverse(bytes, bytes + sizeof(T));
  return std::bit_cast<T>(bytes);
}

template <class Stored, class T>
void DecodeAs(const NpyHeader& header, const char* elements, std::span<T> out) {
  if (std::is_same_v<Stored, T> && !header.swapped) {
    if (!out.empty()) std::memcpy(out.data(), elements, out.size_bytes());
    return;
  }
  for (T& value : out) {
    value = static_cast<T>(Load<Stored>(elements, header.swapped));
    elements += sizeof(Stored);
  }
}

void AppendUtf8(uint32_t c, std::string& out) {
  auto tail = [&](int shift) { out.push_back(static_cast<char>(0x80 | ((c >> shift) & 0x3F))); };
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (c >> 6)));
    tail(0);
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (c >> 12)));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0 | (c >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

absl::StatusOr<NpyHeader> ParseNpyHeader(std::span<const char> bytes, uint64_t file_size) {
  ASSIGN_OR_RETURN(auto fields, ParseNpyFields(bytes));
  if (!fields.record.empty()) return Bad("a structured array is not a matrix", "save a plain two-dimensional array");

  NpyHeader header;
  RETURN_IF_ERROR(SetType(fields.descr, header));
  header.fortran_order = fields.fortran_order;
  header.shape = fields.shape;
  header.offset = fields.offset;
  uint64_t items = 1, size = 0;
  for (uint64_t n : header.shape) {
    if (__builtin_mul_overflow(items, n, &items)) return Bad("the .npy shape overflows 64 bits");
  }
  if (__builtin_mul_overflow(items, header.item_size, &size) || size != file_size - header.offset) {
    return Bad("the .npy header declares " + std::to_string(items) + " elements of " +
               std::to_string(header.item_size) + " bytes, the file has " + std::to_string(file_size - header.offset) +
               " bytes of elements");
  }
  header.items = items;
  return header;
}

template <class T>
void DecodeNumbers(const NpyHeader& header, const char* elements, std::span<T> out) {
  if (header.dtype == DType::kString) return;
  if (header.dtype == DType::kBool) {
    for (size_t i = 0; i < out.size(); ++i) out[i] = elements[i] != 0;
    return;
  }
  WithType(header.dtype, [&](auto tag) {
    using Stored = typename decltype(tag)::type;
    if constexpr (!std::is_integral_v<T> || std::is_integral_v<Stored>) DecodeAs<Stored>(header, elements, out);
  });
}
template void DecodeNumbers<double>(const NpyHeader&, const char*, std::span<double>);
template void DecodeNumbers<float>(const NpyHeader&, const char*, std::span<float>);
template void DecodeNumbers<int64_t>(const NpyHeader&, const char*, std::span<int64_t>);
template void DecodeNumbers<uint64_t>(const NpyHeader&, const char*, std::span<uint64_t>);

void DecodeElements(const NpyHeader& header, const char* elements, Matrix& out) {
  if (header.dtype == DType::kBool) return DecodeNumbers(header, elements, out.values<uint8_t>());
  WithType(header.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    DecodeAs<T>(header, elements, out.values<T>());
  });
}

bool DecodeText(const NpyHeader& header, const char* element, std::string& out) {
  out.clear();
  if (header.is_bytes) {
    out.assign(element, header.item_size);
  } else {
    for (size_t i = 0; i < header.item_size; i += 4) {
      auto c = Load<uint32_t>(element + i, header.swapped);
      if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
      AppendUtf8(c, out);
    }
  }
  out.resize(out.find_last_not_of('\0') + 1);  // numpy pads with NUL
  return true;
}

std::string NpyHeaderBytes(DType dtype, size_t text_width, std::span<const size_t> shape) {
  constexpr size_t kGrowth = 21;  // numpy's GROWTH_AXIS_MAX_DIGITS
  std::string header = "{'descr': '";
  if (dtype == DType::kString) {
    header += "<U" + std::to_string(text_width);
  } else {
    auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.dtype == dtype; });
    header += std::string(kind->size == 1 ? "|" : "<") + kind->letter + std::to_string(kind->size);
  }
  header += "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < shape.size(); ++i) header += (i ? ", " : "") + std::to_string(shape[i]);
  header += shape.size() == 1 ? ",), }" : "), }";
  if (!shape.empty()) header.append(kGrowth - std::to_string(shape[0]).size(), ' ');
  header.append(64 - (kNpyMagic.size() + 4 + header.size() + 1) % 64, ' ');
  header.push_back('\n');
  std::string out(kNpyMagic);
  out += {'\x01', '\0', static_cast<char>(header.size() & 0xFF), static_cast<char>(header.size() >> 8)};
  return out + header;
}

void AppendTexts(std::span<const std::string> texts, size_t width, std::string& out) {
  for (const std::string& text : texts) {
    size_t end = out.size() + 4 * width;
    std::string_view rest = text;
    while (!rest.empty()) {
      size_t length = Utf8Length(rest);
      auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(rest[i])); };
      uint32_t c = length == 0 ? 0xFFFD : length == 1 ? byte(0) : byte(0) & (0x7F >> length);
      for (size_t i = 1; i < length; ++i) c = c << 6 | (byte(i) & 0x3F);
      for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(c >> shift));
      rest.remove_prefix(length == 0 ? 1 : length);
    }
    out.resize(end);
  }
}

size_t CodePoints(std::string_view text) {
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(std::max<size_t>(1, Utf8Length(text)));
  return count;
}

}  // namespace pratique
