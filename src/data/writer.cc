#include "data/writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <type_traits>
#include <utility>

#include "data/array_buffer.h"
#include "data/dtype.h"
#include "data/file_io.h"
#include "data/input_error.h"
#include "data/npz_writer.h"
#include "nlohmann/json.hpp"
#include "status_macros.h"

namespace pratique {
namespace {

absl::Status NoPlace(const std::string& message, const std::string& help) {
  return ToStatus({.reason = Reason::kInvalid, .code = "output.format", .message = message, .help = help});
}

class NpyWriter : public Writer {
 public:
  NpyWriter(OutputFile file, size_t text_width) : file_(std::move(file)), array_(text_width) {}

  absl::Status Append(const Output& output) override {
    if (!output.columns.empty()) return MixedHasNoPlace();
    if (output.records) return RecordsHaveNoPlace();
    if (output.csr) return NoPlace("a sparse result does not fit in .npy", "write .npz");
    if (output.is_list || output.arrays.size() != 1)
      return NoPlace("a list of arrays does not fit in .npy", "write .npz");
    RETURN_IF_ERROR(array_.Append(output.arrays[0]));
    if (array_.waits()) return absl::OkStatus();
    if (!std::exchange(started_, true)) {
      RETURN_IF_ERROR(file_.Write(array_.Header()));
    }
    return file_.Write(array_.TakeElements());
  }

  absl::Status Finish() override {
    absl::Status written =
        started_ ? file_.WriteAt(0, array_.Header()) : file_.Write(array_.Header() + array_.TakeTexts());
    return written.ok() ? file_.Commit() : written;
  }

 private:
  OutputFile file_;
  ArrayBuffer array_;
  bool started_ = false;
};

enum class Style { kCsv, kJson };

template <class T>
void AppendNumber(T value, Style style, std::string& out) {
  char buffer[32];
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(value)) return void(out += style == Style::kCsv ? "" : "null");
    // JSON has no infinity, but readers round this to it.
    if (std::isinf(value))
      return void(out += std::string(value < 0 ? "-" : "") + (style == Style::kCsv ? "inf" : "1e999"));
  }
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string_view digits(buffer, static_cast<size_t>(end - buffer));
  out += digits;
  // 3.0, not 3: the column stays one of floats when it is read again.
  if (std::is_floating_point_v<T> && digits.find_first_of(".e") == digits.npos) out += ".0";
}

void AppendNumber(Float16 value, Style style, std::string& out) { AppendNumber(static_cast<float>(value), style, out); }

void AppendCsvText(std::string_view text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == text.npos && !text.empty()) return void(out += text);
  out += '"';
  for (char c : text) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

void AppendJsonText(std::string_view text, std::string& out) {
  out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Element k in C order.
void AppendElement(const Matrix& array, size_t k, Style style, std::string& out) {
  if (array.dtype() == DType::kString) {
    const std::string& text = array.strings()[k];
    if (style == Style::kCsv) return AppendCsvText(text, out);
    AppendJsonText(text, out);
  } else if (array.dtype() == DType::kBool) {
    bool truth = array.values<uint8_t>()[k] != 0;
    out += style == Style::kCsv ? (truth ? "True" : "False") : (truth ? "true" : "false");
  } else {
    WithType(array.dtype(),
             [&](auto tag) { AppendNumber(array.values<typename decltype(tag)::type>()[k], style, out); });
  }
}

bool IsMissing(const OutputColumn& column, size_t i) { return !column.marks.empty() && IsMissingMark(column.marks[i]); }

// Element i, which is not missing; of objects as what it is.
void AppendElement(const OutputColumn& column, size_t i, Style style, std::string& out) {
  const uint8_t mark = column.marks.empty() ? kCellPresent : column.marks[i];
  if (mark != kCellBool && mark != kCellInteger) return AppendElement(column.values, i, style, out);
  Matrix one(mark == kCellBool ? DType::kBool : DType::kInt64, {1});
  const double value = column.values.at(i);
  if (mark == kCellBool)
    one.values<uint8_t>()[0] = value != 0;
  else
    one.values<int64_t>()[0] = static_cast<int64_t>(value);
  AppendElement(one, 0, style, out);
}

// One row a line: what CSV and JSON Lines share.
class TextWriter : public Writer {
 public:
  explicit TextWriter(OutputFile file, bool takes_records = false)
      : file_(std::move(file)), takes_records_(takes_records) {}

  absl::Status Append(const Output& output) override {
    if (output.records && !takes_records_) return RecordsHaveNoPlace();
    std::string text;
    if (!std::exchange(started_, true)) text += Header(output);
    size_t rows = RowsOf(output);
    for (const Matrix& array : output.arrays) {
      if (array.rows() != rows) return InternalError("the arrays of a result differ in rows");
    }
    for (const OutputColumn& column : output.columns) {
      if (column.values.rows() != rows) return InternalError("the columns of a result differ in rows");
    }
    for (size_t i = 0; i < rows; ++i) {
      AppendRow(output, i, text);
      text += '\n';
      if (text.size() < kFlush) continue;
      RETURN_IF_ERROR(file_.Write(text));
      text.clear();
    }
    return file_.Write(text);
  }
  absl::Status Finish() override { return file_.Commit(); }

 private:
  static constexpr size_t kFlush = size_t{1} << 20;
  static size_t RowsOf(const Output& output) {
    if (output.csr) return output.csr->rows;
    if (output.records) return output.records->entries.rows;
    if (!output.arrays.empty()) return output.arrays[0].rows();
    return output.columns.empty() ? 0 : output.columns[0].values.rows();
  }
  virtual std::string Header(const Output& output) = 0;
  virtual void AppendRow(const Output& output, size_t i, std::string& out) = 0;

  OutputFile file_;
  const bool takes_records_;
  bool started_ = false;
};

class CsvWriter : public TextWriter {
 public:
  CsvWriter(OutputFile file, WriterOptions options) : TextWriter(std::move(file)), options_(std::move(options)) {}

 private:
  std::string Header(const Output& output) override {
    std::vector<std::string> names;
    // An element of a row: where it is on each axis.
    auto add = [&](const std::string& prefix, std::span<const size_t> axes, size_t cols) {
      for (size_t j = 0; j < cols; ++j) {
        std::string place;
        for (size_t axis = axes.size(), rest = j; axis-- > 0; rest /= axes[axis])
          place = "_" + std::to_string(rest % axes[axis]) + place;
        names.push_back(prefix + place);
      }
    };
    if (output.csr) add(options_.name, {&output.csr->cols, 1}, output.csr->cols);
    for (size_t a = 0; a < output.arrays.size(); ++a) {
      std::string prefix = options_.name + (output.is_list ? "_" + std::to_string(a) : "");
      add(prefix, std::span(output.arrays[a].shape()).subspan(1), output.arrays[a].cols());
    }
    for (const OutputColumn& column : output.columns) {
      names.push_back(column.name.empty() ? options_.name + "_" + std::to_string(names.size()) : column.name);
    }
    if (options_.columns.size() == names.size()) names = options_.columns;
    std::string line;
    for (const std::string& name : names) AppendCsvText(name, line += line.empty() ? "" : ",");
    return line + "\n";
  }

  void AppendRow(const Output& output, size_t i, std::string& out) override {
    const size_t begin = out.size();
    AppendCells(output, i, out);
    if (out.size() == begin) out += "\"\"";  // one missing cell: readers skip an empty line
  }

  void AppendCells(const Output& output, size_t i, std::string& out) {
    bool first = true;
    auto comma = [&] { out += std::exchange(first, false) ? "" : ","; };
    if (output.csr) {
      const CsrMatrix& x = *output.csr;
      const Matrix zero(x.data.dtype(), {1});
      entries_.assign(x.cols, SIZE_MAX);
      for (auto k = static_cast<size_t>(x.indptr[i]); k < static_cast<size_t>(x.indptr[i + 1]); ++k) {
        entries_[static_cast<size_t>(x.indices[k])] = k;
      }
      for (size_t k : entries_) {
        comma();
        k == SIZE_MAX ? AppendElement(zero, 0, Style::kCsv, out) : AppendElement(x.data, k, Style::kCsv, out);
      }
    }
    for (const Matrix& array : output.arrays) {
      for (size_t j = 0; j < array.cols(); ++j) {
        comma();
        AppendElement(array, i * array.cols() + j, Style::kCsv, out);
      }
    }
    for (const OutputColumn& column : output.columns) {
      comma();
      if (!IsMissing(column, i)) AppendElement(column, i, Style::kCsv, out);
    }
  }

  WriterOptions options_;
  std::vector<size_t> entries_;  // of one sparse row, by column
};

// Each name as the key of a JSON object, with its colon; none if two are the same.
std::vector<std::string> Keys(const std::vector<std::string>& names) {
  std::vector<std::string_view> sorted(names.begin(), names.end());
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) != sorted.end()) return {};
  std::vector<std::string> keys(names.size());
  for (size_t j = 0; j < keys.size(); ++j) {
    AppendJsonText(names[j], keys[j]);
    keys[j] += ':';
  }
  return keys;
}

// A value, an array, an object, an array of arrays; a sparse row is {"indices": [...], "data": [...]}, a record an
// object or an array.
class JsonLinesWriter : public TextWriter {
 public:
  JsonLinesWriter(OutputFile file, const WriterOptions& options)
      : TextWriter(std::move(file), /*takes_records=*/true),
        keys_(options.keys ? Keys(options.columns) : std::vector<std::string>()) {}

 private:
  std::string Header(const Output&) override { return ""; }

  bool IsKeyed(size_t columns) const { return !keys_.empty() && keys_.size() == columns; }

  void AppendRow(const Output& output, size_t i, std::string& out) override {
    if (output.csr) return AppendSparse(*output.csr, i, out);
    if (output.records) return AppendRecord(*output.records, i, out);
    if (!output.columns.empty()) return AppendMixed(output.columns, i, out);
    if (output.is_list) out += '[';
    for (size_t a = 0; a < output.arrays.size(); ++a) {
      const Matrix& array = output.arrays[a];
      if (a > 0) out += ',';
      bool flat = array.shape().size() < 2;
      const bool keyed = !flat && !output.is_list && IsKeyed(array.cols());
      // Elements of the arrays in the row's, outer ones first.
      std::vector<size_t> inner;
      for (size_t axis = 2, elements = array.cols(); axis < array.shape().size(); ++axis)
        inner.push_back(elements /= std::max<size_t>(1, array.shape()[axis - 1]));
      if (!flat) out += keyed ? '{' : '[';
      for (size_t j = 0; j < array.cols(); ++j) {
        if (j > 0) out += ',';
        for (size_t elements : inner) out.append(j % elements == 0, '[');
        if (keyed) out += keys_[j];
        AppendElement(array, i * array.cols() + j, Style::kJson, out);
        for (size_t elements : inner) out.append((j + 1) % elements == 0, ']');
      }
      if (!flat) out += keyed ? '}' : ']';
    }
    if (output.is_list) out += ']';
  }

  void AppendMixed(std::span<const OutputColumn> columns, size_t i, std::string& out) const {
    const bool keyed = IsKeyed(columns.size());
    out += keyed ? '{' : '[';
    for (size_t j = 0; j < columns.size(); ++j) {
      const OutputColumn& column = columns[j];
      if (j > 0) out += ',';
      if (keyed) out += keys_[j];
      IsMissing(column, i) ? void(out += "null") : AppendElement(column, i, Style::kJson, out);
    }
    out += keyed ? '}' : ']';
  }

  static void AppendRecord(const OutputRecords& records, size_t i, std::string& out) {
    const CsrMatrix& x = records.entries;
    const auto begin = static_cast<size_t>(x.indptr[i]), end = static_cast<size_t>(x.indptr[i + 1]);
    out += records.dicts ? '{' : '[';
    for (size_t k = begin; k < end; ++k) {
      if (k > begin) out += ',';
      AppendElement(records.names, static_cast<size_t>(x.indices[k]), Style::kJson, out);
      if (!records.dicts) continue;
      out += ':';
      AppendElement(x.data, k, Style::kJson, out);
    }
    out += records.dicts ? '}' : ']';
  }

  static void AppendSparse(const CsrMatrix& x, size_t i, std::string& out) {
    auto begin = static_cast<size_t>(x.indptr[i]), end = static_cast<size_t>(x.indptr[i + 1]);
    out += "{\"indices\":[";
    for (size_t k = begin; k < end; ++k) out += (k > begin ? "," : "") + std::to_string(x.indices[k]);
    out += "],\"data\":[";
    for (size_t k = begin; k < end; ++k) {
      if (k > begin) out += ',';
      AppendElement(x.data, k, Style::kJson, out);
    }
    out += "]}";
  }

  const std::vector<std::string> keys_;
};

}  // namespace

std::string ElementText(const Matrix& array, size_t k) {
  if (array.dtype() == DType::kString) return array.strings()[k];
  std::string text;
  AppendElement(array, k, Style::kCsv, text);
  return text;
}

absl::Status MixedHasNoPlace() {
  return NoPlace("a result that mixes text and numbers does not fit in .npy or .npz", "write .csv or .jsonl");
}

absl::Status RecordsHaveNoPlace() {
  return NoPlace("records, dicts or tuples of any number of values, fit in JSON Lines only", "write .jsonl");
}

absl::StatusOr<OutputFormat> Writer::FormatOf(const std::string& path) {
  if (path == "-" || path.ends_with(".csv")) return OutputFormat::kCsv;
  if (path.ends_with(".npy")) return OutputFormat::kNpy;
  if (path.ends_with(".npz")) return OutputFormat::kNpz;
  if (path.ends_with(".jsonl") || path.ends_with(".ndjson")) return OutputFormat::kJsonLines;
  return NoPlace("'" + Escape(path) + "' does not say its format",
                 "name it .npy, .npz, .csv or .jsonl, or '-' for CSV");
}

absl::StatusOr<std::unique_ptr<Writer>> Writer::Open(const std::string& path, OutputFormat format,
                                                     WriterOptions options) {
  ASSIGN_OR_RETURN(auto file, OutputFile::Create(path));
  std::unique_ptr<Writer> writer;
  switch (format) {
    case OutputFormat::kNpy:
      writer = std::make_unique<NpyWriter>(std::move(file), options.text_width);
      break;
    case OutputFormat::kNpz:
      writer = MakeNpzWriter(std::move(file), options);
      break;
    case OutputFormat::kCsv:
      writer = std::make_unique<CsvWriter>(std::move(file), std::move(options));
      break;
    case OutputFormat::kJsonLines:
      writer = std::make_unique<JsonLinesWriter>(std::move(file), options);
      break;
  }
  return writer;
}

absl::StatusOr<std::string> JsonLines(const FrameView& frame) {
  std::string out;
  for (size_t i = 0; i < frame.rows; ++i) {
    for (const Column& column : frame.columns) {
      out += &column == &frame.columns[0] ? '{' : ',';
      AppendJsonText(column.name, out);
      out += ':';
      if (column.lacks(i)) {
        out += "null";
      } else if (column.dtype == DType::kString) {
        AppendJsonText(column.strings[i], out);
      } else if (column.dtype == DType::kBool) {
        out += column.ints[i] != 0 ? "true" : "false";
      } else if (WithNumbers(column, [&](auto cells) { return std::isinf(static_cast<double>(cells[i])); })) {
        return InputError(
            "golden.input",
            "column '" + Escape(column.name) + "', row " + std::to_string(i) + " is infinite, which JSON cannot say",
            "leave that row out, or give the samples as .npy");
      } else {
        WithNumbers(column, [&](auto cells) { AppendNumber(cells[i], Style::kJson, out); });
      }
    }
    out += "}\n";
  }
  return out;
}

}  // namespace pratique
