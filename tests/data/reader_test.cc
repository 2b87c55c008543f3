#include "data/reader.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "data/csv.h"
#include "data/dtype.h"
#include "data/input_error.h"
#include "data/npy.h"
#include "data/writer.h"
#include "gtest/gtest.h"
#include "pratique/rejection.h"
#include "temporary.h"

namespace pratique {
namespace {

std::string Path(const std::string& name) { return PRATIQUE_SOURCE_DIR "/tests/data/" + name; }

// All chunks of a file, or the first error.
absl::StatusOr<std::vector<Table>> ReadAll(const std::string& path, size_t max_rows = 1000, const Limits& limits = {}) {
  auto reader = Reader::Open(path, limits);
  if (!reader.ok()) return reader.status();
  std::vector<Table> chunks;
  for (;;) {
    auto chunk = (*reader)->Next(max_rows);
    if (!chunk.ok()) return chunk.status();
    if (!*chunk) return chunks;
    chunks.push_back(**std::move(chunk));
  }
}

std::string Code(const absl::Status& status) {
  auto rejection = GetRejection(status);
  return rejection ? rejection->code : "ok";
}

// The rows of any data as text, cell by cell; "-" is missing.
std::string Show(const Data& data);
std::string Cell(double v) { return std::isnan(v) ? "-" : std::to_string(v); }
std::string Cell(int64_t v) { return std::to_string(v); }
std::string Cell(uint64_t v) { return std::to_string(v); }
struct Shower {
  template <class T>
  std::string operator()(const MatrixView<T>& x) const {
    std::string out;
    for (size_t i = 0; i < x.rows; ++i) {
      for (size_t j = 0; j < x.cols; ++j) out += Cell(x(i, j)) + (j + 1 < x.cols ? "," : "\n");
    }
    return out;
  }
  template <class T>
  std::string operator()(const CsrView<T>& x) const {
    std::string out;
    for (size_t i = 0; i < x.rows; ++i) {
      for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k) {
        out += std::to_string(x.indices[k]) + ":" + Cell(x.data[k]) + " ";
      }
      out += "\n";
    }
    return out;
  }
  std::string operator()(const FrameView& x) const {
    std::string out;
    for (size_t i = 0; i < x.rows; ++i) {
      for (const Column& c : x.columns) {
        if (&c != &x.columns[0]) out += ",";
        if (c.lacks(i))
          out += "-";
        else if (c.dtype == DType::kString)
          out += c.strings[i];
        else
          out += WithNumbers(c, [&](auto cells) { return Cell(cells[i]); });
      }
      out += "\n";
    }
    return out;
  }
};
std::string Show(const Data& data) { return std::visit(Shower(), data); }

std::string ShowFile(const std::string& path, size_t max_rows = 1000) {
  auto chunks = ReadAll(path, max_rows);
  if (!chunks.ok()) return std::string(chunks.status().message());
  std::string out;
  size_t row = 0;
  for (const Table& t : *chunks) {
    EXPECT_LE(t.rows(), max_rows);
    EXPECT_EQ(t.first_row(), row);
    row += t.rows();
    out += Show(t.view());
  }
  return out;
}

TEST(NpyReader, EveryNumericTypeOrderAndVersion) {
  std::string sevenths, integers;
  for (int i = 0; i < 12; ++i) {
    const char* end = i % 3 == 2 ? "\n" : ",";
    sevenths += (i == 5 ? "-" : std::to_string(i / 7.0)) + end;
    integers += std::to_string(i) + end;
  }
  for (const char* name : {"f8", "f4", "big_endian", "fortran", "version_2", "version_3"}) {
    for (size_t rows : {1, 3, 100}) EXPECT_EQ(ShowFile(Path(std::string(name) + ".npy"), rows), sevenths) << name;
  }
  for (const char* name : {"i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"}) {
    EXPECT_EQ(ShowFile(Path(std::string(name) + ".npy")), integers) << name;
  }
  EXPECT_EQ(ShowFile(Path("bool.npy")), "1,0\n0,1\n");
  auto exact = ReadAll(Path("f8.npy"));
  EXPECT_EQ(std::get<MatrixView<double>>(exact->at(0).view())(2, 1), 1.0);
  auto single = ReadAll(Path("f4.npy"));
  EXPECT_TRUE(std::holds_alternative<MatrixView<float>>(single->at(0).view()));
}

TEST(NpyReader, Text) {
  EXPECT_EQ(ShowFile(Path("text.npy"), 1), "a,b\xc3\xa9\n,\xe6\x97\xa5\xe6\x9c\xac\n");
  EXPECT_EQ(ShowFile(Path("text_big_endian.npy")), "a,b\xc3\xa9\n");
  EXPECT_EQ(ShowFile(Path("text_fortran.npy"), 2), "a,b\nc,d\ne,f\n");
  EXPECT_EQ(ShowFile(Path("documents.npy")), "one two\nthree\n");
}

TEST(NpyReader, NoRowsIsOneEmptyTable) {
  auto chunks = ReadAll(Path("no_rows.npy"));
  ASSERT_EQ(chunks->size(), 1u);
  EXPECT_EQ(Cols(chunks->at(0).view()), 3u);
}

TEST(NpyReader, Refusals) {
  struct Row {
    const char* name;
    const char* code;
    const char* says;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"object.npy", "input.object_array", "unpickling"},
           {"structured.npy", "input.npy", "structured"},
           {"complex.npy", "input.npy", "'<c16' is not supported"},
           {"bytes.npy", "input.npy", "bytes"},
           {"big_endian_f4.npy", "input.npy", "another byte order"},
           {"one_dimension.npy", "input.shape", "Expected 2D array, got 1D array instead"},
           {"three_dimensions.npy", "input.shape", "Found array with dim 3"},
           {"no_columns.npy", "input.shape", "0 feature(s)"},
       }) {
    auto status = ReadAll(Path(row.name)).status();
    EXPECT_EQ(Code(status), row.code) << row.name;
    EXPECT_NE(status.message().find(row.says), status.message().npos) << status;
  }
}

std::string Npy(const std::string& dict, const std::string& elements = std::string(16, '\0'), char version = 1) {
  std::string header = "\x93NUMPY";
  header += {version, '\0', static_cast<char>(dict.size()), '\0'};
  if (version > 1) header += std::string(2, '\0');
  return header + dict + elements;
}

// Where the model takes images: in any order of memory, whole or one by one.
TEST(NpyReader, Images) {
  std::string all;
  for (int i = 0; i < 24; ++i) all += Cell(double(i)) + (i % 12 == 11 ? "\n" : ",");
  for (const char* name : {"images.npy", "images_fortran.npy"}) {
    for (const size_t most : {1, 2}) {
      auto reader = Reader::Open(Path(name), {}, {.rows = RowsAre::kImages});
      ASSERT_TRUE(reader.ok()) << reader.status();
      std::string shown;
      for (size_t row = 0; row < 2; row += most) {
        const auto chunk = (*reader)->Next(most);
        ASSERT_TRUE(chunk.ok() && *chunk) << chunk.status();
        const ImageAxes image = AxesOfImages((*chunk)->view());
        EXPECT_EQ((std::vector{image.height, image.width, image.channels}), (std::vector<size_t>{3, 2, 2})) << name;
        shown += Show((*chunk)->view());
      }
      EXPECT_EQ(shown, all) << name;
    }
    EXPECT_EQ(Code(Reader::Open(Path(name)).status()), "input.shape") << name;
  }
}

TEST(NpyReader, WhatIsNoImageIsRefusedWhereTheModelTakesThem) {
  const auto code = [](const std::string& path, const Limits& limits = {}) {
    return Code(Reader::Open(path, limits, {.rows = RowsAre::kImages}).status());
  };
  EXPECT_EQ(code(Path("three_dimensions.npy")), "ok");
  EXPECT_EQ(code(Path("five_dimensions.npy")), "ok");
  for (const char* name : {"f8.npy", "one_dimension.npy", "text.npy", "no_columns.npy"})
    EXPECT_EQ(code(Path(name)), "input.images") << name;
  for (const char* name : {"frame.csv", "frame.jsonl", "csr.npz"}) EXPECT_EQ(code(Path(name)), "input.format") << name;
  EXPECT_EQ(code(Path("images.npy"), {.memory = 12 * sizeof(double)}), "ok");
  EXPECT_EQ(code(Path("images.npy"), {.memory = 12 * sizeof(double) - 1}), "limit.memory");
  EXPECT_EQ(code(Path("images.npy"), {.rows = 1}), "limit.rows");
  TemporaryFolder folder;
  const auto shaped = [&](const char* shape) {
    return code(
        folder.Write("x.npy", Npy(std::string("{'descr':'<f8','fortran_order':True,'shape':(") + shape + ")}", "")));
  };
  EXPECT_EQ(shaped("0,2,2"), "ok");
  EXPECT_EQ(shaped("0,4294967296,4294967296"), "limit.memory");  // numbers that no 64 bits count
  EXPECT_EQ(shaped("0,4294967296,4294967296,4294967296"), "limit.memory");
  EXPECT_EQ(shaped("1,0,4294967296"), "input.images");
}

TEST(NpyReader, OneDefectEach) {
  TemporaryFolder folder;
  EXPECT_EQ(ShowFile(folder.Write("good.npy", Npy("{'descr':'<f8','fortran_order':False,'shape':(1,2)}"))),
            "0.000000,0.000000\n");
  EXPECT_EQ(ShowFile(folder.Write("g.npy", Npy("{ \"shape\" : (2 , 1,), 'fortran_order': True, 'descr':'<f8', } \n"))),
            "0.000000\n0.000000\n");
  const std::vector<std::string> bad = {
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1,3)}"),                    // more than the file has
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1,1)}"),                    // bytes after the elements
      Npy("{'descr':'<f8','fortran_order':False,'shape':(4294967296,4294967296)}"),  // items overflow
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1,2305843009213693954)}"),  // bytes overflow to 16
      Npy("{'descr':'<f8','fortran_order':False,'shape':(18446744073709551616,)}"),  // a number overflows
      Npy("{'descr':'<f8','fortran_order':False,'shape':(-1,2)}"),
      Npy("{'descr':'<f8','fortran_order':False,'shape':(2)}"),
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1,02)}"),
      Npy("{'descr':'<f8','fortran_order':False,'shape':[1,2]}"),
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1 2)}"),
      Npy("{'descr':'<f8','fortran_order':0,'shape':(1,2)}"),
      Npy("{'descr':'<f8','fortran_order':False}"),
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1,2),'shape':(1,2)}"),
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1,2),'extra':1}"),
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1,2)} x"),
      Npy("{'descr':'<f8' 'fortran_order':False,'shape':(1,2)}"),
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1,2)"),
      Npy("{'descr':'<f8,'fortran_order':False,'shape':(1,2)}"),
      Npy("{'descr':'<f0','fortran_order':False,'shape':(1,2)}"),
      Npy("{'descr':'<U0','fortran_order':False,'shape':(1,2)}", ""),
      Npy("{'descr':'<f8x','fortran_order':False,'shape':(1,2)}"),
      Npy("{'descr':'f8','fortran_order':False,'shape':(1,2)}"),
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1,2)}", std::string(16, '\0'), 4),
      Npy("{'descr':'<f8','fortran_order':False,'shape':(1,2)}", std::string(16, '\0'), 0),
      Npy("[]"),
      Npy(""),
      "\x93NUMPY",
      std::string("\x93NUMPY\x01\0\xff\xff{", 11),
  };
  for (const std::string& bytes : bad) {
    EXPECT_EQ(Code(ReadAll(folder.Write("bad.npy", bytes)).status()), "input.npy") << bytes;
  }
  EXPECT_EQ(Code(ReadAll(folder.Write("x.npy", Npy("{'descr':'<U1','fortran_order':False,'shape':(1,1)}",
                                                   std::string("\0\xd8\0\0", 4))))
                     .status()),
            "input.npy");
  EXPECT_EQ(Code(ReadAll(folder.Write("wide.npy", Npy("{'descr':'<f8','fortran_order':False,'shape':(0,5000000)}", "")))
                     .status()),
            "limit.output_columns");
}

TEST(NpzReader, SparseFormats) {
  const std::string rows = "1:1.500000 3:2.000000 \n\n0:3.000000 2:-4.250000 \n";
  for (const char* name : {"csr.npz", "csc.npz", "csr_f4.npz", "csr_stored.npz"}) {
    for (size_t chunk : {1, 2, 100}) EXPECT_EQ(ShowFile(Path(name), chunk), rows) << name;
  }
  auto single = ReadAll(Path("csr_f4.npz"));
  EXPECT_TRUE(std::holds_alternative<CsrView<float>>(single->at(0).view()));
}

TEST(NpzReader, Refusals) {
  for (const char* name : {"coo", "dense", "bad_index_high", "bad_index_low", "bad_duplicate", "bad_indptr_decreases",
                           "bad_indptr_short", "bad_indptr_first", "bad_indptr_last", "bad_indices_length",
                           "bad_indices_float", "bad_shape", "bad_shape_negative", "bad_no_indptr", "bad_data_text"}) {
    EXPECT_EQ(Code(ReadAll(Path(std::string(name) + ".npz")).status()), "input.npz") << name;
  }
  for (const char* name : {"bad_shape_huge", "bad_csc_shape_huge"}) {
    EXPECT_EQ(Code(ReadAll(Path(std::string(name) + ".npz")).status()), "limit.rows") << name;
  }
  Limits small;
  small.inflated_bytes = 300;
  EXPECT_EQ(Code(ReadAll(Path("csr.npz"), 1, small).status()), "limit.inflated_bytes");
}

// A row of its own is too much for no chunk, and a chunk of small rows ends where its memory does.
TEST(NpzReader, ChunksAreBoundedByEntries) {
  OwnedCsr<double> wide{2, 2200000, {0}, {}, {}};
  for (int64_t i = 0; i < 2; ++i) {
    for (int32_t j = 0; j < 2200000; ++j) {
      wide.indices.push_back(j);
      wide.data.push_back(static_cast<double>(i));
    }
    wide.indptr.push_back(static_cast<int64_t>(wide.data.size()));
  }
  Output output;
  Matrix data(DType::kFloat64, {wide.data.size()});
  CopyNumbers(std::span<const double>(wide.data), data, 0);
  output.csr = CsrMatrix{wide.rows, wide.cols, wide.indptr, wide.indices, std::move(data)};
  TemporaryFolder folder;
  auto writer = Writer::Open(folder / "x.npz", OutputFormat::kNpz);
  ASSERT_TRUE((*writer)->Append(output).ok() && (*writer)->Finish().ok());
  auto chunks = ReadAll(folder / "x.npz", SIZE_MAX);
  ASSERT_TRUE(chunks.ok()) << chunks.status();
  EXPECT_EQ(chunks->size(), 2u);
  EXPECT_EQ(std::get<CsrView<double>>(chunks->at(1).view()).data[7], 1.0);
}

TEST(NpzReader, DamageIsAnErrorNeverACrash) {
  TemporaryFolder folder;
  std::string good = Slurp(Path("csr.npz"));
  for (size_t i = 0; i < good.size(); i += 3) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x41);
    (void)ReadAll(folder.Write("bad.npz", bad));
    (void)ReadAll(folder.Write("bad.npz", good.substr(0, i)));
  }
}

const std::string kFrame =
    "31,1234.500000,Paris,1,\xc3\xa9\n"
    "45,-,a \"b\", c,0,two\nlines\n"
    "27,0.000000,-,1,x\n";

TEST(CsvReader, AsPandas) {
  for (const char* name : {"frame.csv", "frame_crlf.csv"}) {
    for (size_t rows : {1, 2, 100}) EXPECT_EQ(ShowFile(Path(name), rows), kFrame) << name;
  }
  auto chunks = ReadAll(Path("frame.csv"), 1);
  auto frame = std::get<FrameView>(chunks->at(0).view());
  std::string types;
  for (const Column& c : frame.columns) types += std::string(c.name) + ":" + std::string(Name(c.dtype)) + " ";
  EXPECT_EQ(types, "age:int64 pay:float64 city:str member:bool note:str ");
}

TEST(CsvReader, FieldsAsPandas) {
  using enum Number::Kind;
  Number v;
  for (const char* text : {"", "NA", "NaN", "nan", "null", "NULL", "None", "N/A", "n/a", "#N/A", "<NA>", "-1.#IND"}) {
    EXPECT_EQ(ClassifyField(text, v), FieldKind::kMissing) << text;
  }
  for (const char* text :
       {"Nan", "none", "na", "x", "--1", "1 2", "0x10", "1e", "1.2.3", "+", " ", "nan(1)", "1_0", " inf", "inf "}) {
    EXPECT_EQ(ClassifyField(text, v), FieldKind::kText) << text;
  }
  struct Row {
    const char* text;
    Number::Kind kind;
    double value;
  };
  for (const Row& row : std::initializer_list<Row>{{"1", kInteger, 1},
                                                   {" -12 ", kInteger, -12},
                                                   {"+3", kInteger, 3},
                                                   {"0.1", kFloat, 0.1},
                                                   {".5", kFloat, 0.5},
                                                   {"5.", kFloat, 5},
                                                   {"-1e5", kFloat, -1e5},
                                                   {"1E+05", kFloat, 1e5},
                                                   {"-inf", kFloat, -INFINITY},
                                                   {"Infinity", kFloat, INFINITY},
                                                   {"1e999", kFloat, INFINITY},
                                                   {"1e-999", kFloat, 0},
                                                   {"5e-324", kFloat, 5e-324},
                                                   {"-9223372036854775808", kInteger, -9223372036854775808.0},
                                                   {"-9223372036854775809", kHuge, -9223372036854775808.0},
                                                   {"9223372036854775807", kInteger, 9223372036854775808.0},
                                                   {"9223372036854775808", kNatural, 9223372036854775808.0},
                                                   {"18446744073709551615", kNatural, 18446744073709551616.0},
                                                   {"18446744073709551616", kHuge, 18446744073709551616.0}}) {
    EXPECT_EQ(ClassifyField(row.text, v), FieldKind::kNumber) << row.text;
    EXPECT_EQ(v.kind, row.kind) << row.text;
    EXPECT_EQ(v.real, row.value) << row.text;
    if (v.kind == kInteger) EXPECT_EQ(static_cast<double>(v.integer), row.value) << row.text;
    if (v.kind == kNatural) EXPECT_EQ(static_cast<double>(v.natural), row.value) << row.text;
  }
  for (const char* text : {"True", "true", "tRUE"}) {
    EXPECT_EQ(ClassifyField(text, v), FieldKind::kBool) << text;
    EXPECT_EQ(v.integer, 1) << text;
  }
  EXPECT_EQ(ClassifyField("FALSE", v), FieldKind::kBool);
  EXPECT_EQ(v.integer, 0);
}

// Measured under pandas 2.0 to 3.0.
TEST(CsvReader, ColumnsAsPandas) {
  TemporaryFolder folder;
  const auto column = [&](const std::string& cells) { return ShowFile(folder.Write("x.csv", "a\n" + cells), 1); };
  EXPECT_EQ(column("-0\n0.5\n"), "-0.000000\n0.500000\n");
  EXPECT_EQ(column("-0\n1\n"), "0\n1\n");
  EXPECT_EQ(column("-0\n\"\"\n"), "0.000000\n-\n");
  EXPECT_EQ(column("x\n \t\n"), "x\n");
  EXPECT_EQ(column("0.5\n18446744073709551616\n"), "0.500000\n18446744073709551616.000000\n");
  EXPECT_EQ(column("-9223372036854775809\n0.5\n"), "-9223372036854775808.000000\n0.500000\n");
  EXPECT_EQ(ShowFile(folder.Write("x.csv", "a,b\n1,2\n  \n\t\r\n3,4\n ")), "1,2\n3,4\n");
  const auto code = [&](const std::string& cells) {
    return Code(ReadAll(folder.Write("x.csv", "a\n" + cells)).status());
  };
  EXPECT_EQ(column("9223372036854775808\n0.5\n-1.5\n"), "9223372036854775808.000000\n0.500000\n-1.500000\n");
  EXPECT_EQ(column("9223372036854775808\n-x\n"), "9223372036854775808\n-x\n");
  for (const char* text : {"18446744073709551616\n0.5\n", "9223372036854775808\n-0.5\n", "-9223372036854775809\n-0.5\n",
                           "\"\"\n9223372036854775808\n-0.5\n"})
    EXPECT_EQ(code(text), "input.integer") << text;                          // text to pandas
  for (const char* first : {"9223372036854775808", "18446744073709551616"})  // text, and what is missing, too
    EXPECT_EQ(code(std::string(first) + "\n-x\n\"\"\n"), "input.integer") << first;
  EXPECT_EQ(code("18446744073709551616\n1_0\n"), "input.integer");   // integers to pandas 3
  EXPECT_EQ(code("-9223372036854775808\n\"\"\n"), "input.integer");  // both missing to pandas
  EXPECT_EQ(code("x\n \ny\n"), "input.csv");                         // a lone missing value, or a blank line
  for (const std::string& cell : {std::string("1\0", 2), std::string("\"x\0y\"", 5)})
    EXPECT_EQ(code(cell), "input.csv");
}

// What numpy holds in 64 bits comes back digit by digit, whatever else is in the column.
TEST(Readers, IntegersStayIntegers) {
  struct Row {
    const char* first;
    const char* second;
    const char* dtype;  // pandas'; "" where pandas makes text or objects
    const char* shown;
  };
  TemporaryFolder folder;
  for (const Row& row :
       std::initializer_list<Row>{{"1", "9223372036854775807", "int64", "1\n9223372036854775807\n"},
                                  {"-9223372036854775808", "-5", "int64", "-9223372036854775808\n-5\n"},
                                  {"9223372036854775808", "1", "uint64", "9223372036854775808\n1\n"},
                                  {"0", "18446744073709551615", "uint64", "0\n18446744073709551615\n"},
                                  {"1.5", "18446744073709551616", "float64", "1.500000\n18446744073709551616.000000\n"},
                                  {"9007199254740993", "", "float64", "9007199254740992.000000\n-\n"},
                                  {"", "true", "bool", "-\n1\n"},
                                  {"-1", "9223372036854775808", "", ""},
                                  {"1", "18446744073709551616", "", ""},
                                  {"9223372036854775808", "", "", ""}}) {
    const auto json = [](std::string cell) { return "{\"a\":" + (cell.empty() ? "null" : cell) + ",\"b\":1}\n"; };
    const std::string csv = std::string("a,b\n") + row.first + ",1\n" + row.second + ",1\n";
    for (const std::string& path :
         {folder.Write("x.csv", csv), folder.Write("x.jsonl", json(row.first) + json(row.second))}) {
      for (size_t rows : {1, 2}) {
        auto chunks = ReadAll(path, rows);
        ASSERT_EQ(Code(chunks.status()), *row.dtype ? "ok" : "input.integer") << row.first << " " << row.second;
        std::string shown;
        for (size_t k = 0; chunks.ok() && k < chunks->size(); ++k) {
          const Column a = std::get<FrameView>(chunks->at(k).view()).columns[0];
          EXPECT_EQ(Name(a.dtype), row.dtype) << path << row.first;
          shown += Show(FrameView{chunks->at(k).rows(), std::span(&a, 1)});
        }
        EXPECT_EQ(shown, row.shown) << path;
      }
    }
  }
}

// A float makes doubles of all, also of integers below 0 and above int64's range, which no dtype of integers holds.
TEST(Readers, FloatsMixWithAllIntegers) {
  TemporaryFolder folder;
  std::vector<std::pair<std::string, std::string>> cells = {
      {"-3", "-3.000000\n"}, {"0.5", "0.500000\n"}, {"9223372036854775808", "9223372036854775808.000000\n"}};
  do {
    std::string csv = "a,b\n", json, expected;
    for (const auto& [cell, shown] : cells) {
      csv += cell + ",x\n";
      json += "{\"a\":" + cell + "}\n";
      expected += shown;
    }
    for (const std::string& path : {folder.Write("x.csv", csv), folder.Write("x.jsonl", json)}) {
      const auto chunks = ReadAll(path, 3);
      ASSERT_TRUE(chunks.ok()) << chunks.status();
      const Column a = std::get<FrameView>(chunks->at(0).view()).columns[0];
      EXPECT_EQ(Show(FrameView{3, std::span(&a, 1)}), expected) << path;
    }
  } while (std::ranges::next_permutation(cells).found);
}

TEST(CsvReader, TypesHoldOverChunks) {
  TemporaryFolder folder;
  std::string path = folder.Write("x.csv", "a,b,c,d\n1,2,True,\n2,x,3,\n\n,,,\n");
  EXPECT_EQ(ShowFile(path, 1), "1.000000,2,True,-\n2.000000,x,3,-\n-,-,-,-\n");
  EXPECT_EQ(ShowFile(folder.Write("y.csv", "a\rb\rc")), "b\nc\n");
  EXPECT_EQ(ShowFile(folder.Write("z.csv", ",a\n0,5")), "0,5\n");
  EXPECT_EQ(ReadAll(folder.Write("h.csv", "a,b\n"))->size(), 1u);
}

TEST(CsvReader, OneDefectEach) {
  TemporaryFolder folder;
  for (const char* text :
       {"", "\n\n", "a,a\n1,2\n", "a,b\n1\n", "a,b\n1,2,3\n", "a\n\"open\n", "a\n\"x\"y\n", "a\n\xff\n", "\xff\n1\n",
        "\xef\xbb"
        "a\n1\n"}) {
    EXPECT_EQ(Code(ReadAll(folder.Write("bad.csv", text)).status()), "input.csv") << text;
  }
  auto status = ReadAll(folder.Write("bad.csv", "a,b\n\n\"1\n\",2\n3\n")).status();
  EXPECT_NE(status.message().find("line 5: 1 fields, but the header has 2"), status.message().npos) << status;
}

// The fields of a record are counted; no more of them are kept than columns there are, or may be.
TEST(CsvReader, CommasAreCounted) {
  TemporaryFolder folder;
  Limits limits;
  limits.output_columns = 1000;
  const std::string commas(1 << 20, ',');
  EXPECT_EQ(Code(ReadAll(folder.Write("header.csv", commas + "\n1\n"), 1, limits).status()), "limit.output_columns");
  const auto status = ReadAll(folder.Write("row.csv", "x\n" + commas + "\n"), 1, limits).status();
  EXPECT_EQ(Code(status), "input.csv");
  EXPECT_NE(status.message().find("1048577 fields, but the header has 1"), status.message().npos) << status;
}

TEST(JsonLinesReader, Rows) {
  for (size_t rows : {1, 2, 100}) EXPECT_EQ(ShowFile(Path("frame.jsonl"), rows), kFrame);
  TemporaryFolder folder;
  EXPECT_EQ(ShowFile(folder.Write("a.jsonl", "[1, \"x\", null]\r\n\n[2.5, null, null]\n"), 1),
            "1.000000,x,-\n2.500000,-,-\n");
  EXPECT_EQ(ShowFile(folder.Write("told_by_content", "\"one two\"\n\"three\"")), "one two\nthree\n");
  EXPECT_EQ(ShowFile(folder.Write("late.jsonl", "{\"a\": null}\n{\"b\": 1}\n{\"a\": \"x\", \"c\": true}\n"), 1),
            "-,-,-\n-,1.000000,-\nx,-,1\n");
  EXPECT_EQ(ShowFile(folder.Write("late.jsonl", "{\"a\": null}\n{\"b\": 1}\n{\"a\": \"x\", \"c\": true}\n")),
            "-,-,-\n-,1.000000,-\nx,-,1\n");
}

TEST(JsonLinesReader, OneDefectEach) {
  TemporaryFolder folder;
  for (const char* text :
       {"{\"a\": 1}\n{\"a\": }\n", "{\"a\": 1}\n{\"a\": 1, \"a\": 2}\n", "[1]\n[1, 2]\n", "[1, 2]\n[1]\n",
        "[1]\n{\"a\": 1}\n", "{\"a\": 1}\n\"a\"\n", "[1]\n7\n", "[1]\n[1] [2]\n", "[1]\n[1e999]\n", "[1]\nnull\n",
        "\"a\"\n[\"a\"]\n", "[1]\n[NaN]\n", "[\"a\"]\n[\"\xff\"]\n"}) {
    auto status = ReadAll(folder.Write("bad.jsonl", text)).status();
    EXPECT_EQ(Code(status), "input.jsonl") << text;
    EXPECT_NE(status.message().find("line 2: "), status.message().npos) << status;
  }
  const std::string nul("[1]\n[1]\0[2]\n", 12);
  EXPECT_EQ(Code(ReadAll(folder.Write("nul.jsonl", nul)).status()), "input.jsonl");
  std::string deep(100000, '[');
  EXPECT_EQ(Code(ReadAll(folder.Write("deep.jsonl", deep)).status()), "input.nested");
}

// Each row has a key of its own: rows x keys cells would be made of a few bytes each.
TEST(JsonLinesReader, RowsOfDifferentKeysAreNoTable) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "{\"k" + std::to_string(i) + "\":1}\n";
  const auto status = ReadTable(std::as_bytes(std::span(text))).status();
  EXPECT_EQ(Code(status), "input.jsonl");
  EXPECT_NE(status.message().find("most rows have no value"), status.message().npos) << status;
}

TEST(JsonLinesReader, WhatColumnsCannotHoldIsSaidByLineAndName) {
  struct Row {
    const char *text, *code, *says;
  };
  TemporaryFolder folder;
  for (const Row& row : std::initializer_list<Row>{
           {"{\"a\": 1}\n{\"a\": [\"x\"]}\n", "input.nested", "line 2: column 'a' holds a list"},
           {"{\"a\": 1}\n{\"a\": {\"b\": 1}}\n", "input.nested", "line 2: column 'a' holds a list or an object"},
           {"[1]\n[[1]]\n", "input.nested", "line 2: an array holds a list"},
           {"{\"a\": 1}\n\n{\"a\": \"x\"}\n", "input.mixed_column",
            "line 3: column 'a' has a string here and numbers before"},
           {"{\"a\": \"1\"}\n{\"a\": 1}\n", "input.mixed_column",
            "line 2: column 'a' has a number here and strings before"},
           {"[0, true]\n[0, \"x\"]\n", "input.mixed_column", "line 2: column 1 has a string here"},
       }) {
    auto status = ReadAll(folder.Write("x.jsonl", row.text)).status();
    EXPECT_EQ(Code(status), row.code) << row.text;
    EXPECT_NE(status.message().find(row.says), status.message().npos) << status;
    EXPECT_NE(GetRejection(status)->help, "");
  }
}

TEST(JsonLinesReader, APipeGivesTheLinesThatAreThere) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  int saved = ::dup(0);
  ::dup2(ends[0], 0);
  auto reader = Reader::Open("-");
  ASSERT_TRUE(reader.ok()) << reader.status();
  auto send = [&](std::string_view s) {
    ASSERT_EQ(::write(ends[1], s.data(), s.size()), static_cast<ssize_t>(s.size()));
  };
  send("[1]\n[2]\n[3");
  auto first = (*reader)->Next(100);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ((*first)->rows(), 2u);
  send("]\n");
  ::close(ends[1]);
  auto second = (*reader)->Next(100);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(Show((*second)->view()), "3\n");
  EXPECT_FALSE((*reader)->Next(100)->has_value());
  ::dup2(saved, 0);
  ::close(saved);
  ::close(ends[0]);
}

TEST(Reader, ByContentAndOtherRefusals) {
  TemporaryFolder folder;
  EXPECT_EQ(ShowFile(folder.Write("named.csv", Slurp(Path("bool.npy")))), "1,0\n0,1\n");
  EXPECT_EQ(Code(ReadAll(folder.Write("x.txt", "a,b\n")).status()), "input.format");
  EXPECT_EQ(Code(ReadAll(folder.Write("x.dat", "")).status()), "input.format");
  EXPECT_EQ(Code(ReadAll(folder / "absent.npy").status()), "io.not_found");
  EXPECT_EQ(Code(ReadAll(Path("")).status()), "io.directory");
  EXPECT_EQ(Code(ReadAll("/dev/null").status()), "io.device");
}

TEST(Reader, FromMemory) {
  for (const char* name : {"f8.npy", "csr.npz", "frame.jsonl"}) {
    std::string bytes = Slurp(Path(name));
    auto table = ReadTable(std::as_bytes(std::span(bytes)));
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(Show(table->view()), ShowFile(Path(name)));
  }
}

TEST(Align, ByName) {
  auto chunks = ReadAll(Path("frame.csv"));
  const std::vector<std::string_view> wanted = {"pay", "age"};
  auto aligned = Align(chunks->at(0), wanted);
  ASSERT_TRUE(aligned.ok());
  EXPECT_EQ(aligned->ignored, (std::vector<std::string>{"city", "member", "note"}));
  EXPECT_EQ(Show(aligned->data), "1234.500000,31\n-,45\n0.000000,27\n");

  // The model says whether it needs the other one; the table says what there is.
  const std::vector<std::string_view> absent = {"age", "shoe size"};
  auto part = Align(chunks->at(0), absent);
  ASSERT_TRUE(part.ok());
  EXPECT_EQ(Show(part->data), "31\n45\n27\n");
  const auto missing = SayColumns(InputError("input.missing_column", "no column 'shoe size'"), chunks->at(0));
  EXPECT_EQ(Code(missing), "input.missing_column");
  EXPECT_NE(missing.message().find("(the input has 'age', 'pay'"), missing.message().npos) << missing;
  EXPECT_EQ(SayColumns(InputError("input.width", "6 features"), chunks->at(0)).message(), "6 features");
}

TEST(Align, ARowWithoutTheKeyIsNotNull) {
  TemporaryFolder folder;
  std::string path = folder.Write("x.jsonl", "{\"a\": 1, \"b\": null}\n{\"b\": 2}\n");
  for (size_t rows : {1, 2}) {
    auto chunks = ReadAll(path, rows);
    const std::vector<std::string_view> a = {"a"}, b = {"b"};
    auto status = Align(chunks->back(), a).status();
    EXPECT_EQ(Code(status), "input.missing_column");
    EXPECT_NE(status.message().find("row 1 has no column 'a'"), status.message().npos) << status;
    EXPECT_TRUE(Align(chunks->back(), b).ok());
  }
  auto positional = ReadAll(Path("text.npy"));
  const std::vector<std::string_view> wanted = {"q"};
  EXPECT_TRUE(Align(positional->at(0), wanted).ok());
}

}  // namespace
}  // namespace pratique
