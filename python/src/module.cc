// The extension module pratique._native: what pratique/*.py are made of. Its types are in pratique/_native.pyi.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "arrow.h"
#include "columns.h"
#include "container/storage.h"
#include "container/writer.h"
#include "data/npy.h"
#include "data/writer.h"
#include "errors.h"
#include "load/pass.h"
#include "parts.h"
#include "pratique/pratique.h"
#include "records.h"
#include "report/print.h"
#include "report/record.h"
#include "results.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace pratique::python {
namespace {

std::span<const std::byte> Bytes(const nb::bytes& bytes) {
  return {static_cast<const std::byte*>(bytes.data()), bytes.size()};
}

// A path as os.fsencode gives it: no name of a file is too odd for it.
std::string PathOf(const nb::bytes& path) { return {path.c_str(), path.size()}; }

nb::bytes ToBytes(std::string_view bytes) { return nb::bytes(bytes.data(), bytes.size()); }

// Text of a file: invalid UTF-8 is shown, never an error.
nb::object ToStr(std::string_view text) {
  return nb::steal(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

template <class F>
auto WithoutGil(F f) {
  nb::gil_scoped_release released;
  return f();
}

Method MethodOf(const std::string& name) {
  const auto method = MethodByName(name);
  if (!method) throw nb::value_error("there is no such method");
  return *method;
}

// The result over all blocks of `rows`.
template <class Rows>
nb::object RunRows(const Model& model, const std::string& name, const Rows& rows, size_t threads) {
  const Method method = MethodOf(name);
  std::optional<Output> all;
  const absl::Status status = WithoutGil([&] {
    return ForEachBlock(rows, [&](const Data& block, size_t first_row) -> absl::Status {
      auto output = model.Run(method, block, {.threads = threads, .first_row = first_row, .text_as_indexes = true});
      if (!output.ok()) return output.status();
      if (!all)
        all = *std::move(output);
      else if (!Append(*all, *std::move(output)))
        return absl::InternalError("the type of the result changed with the rows");
      return absl::OkStatus();
    });
  });
  if (!status.ok()) Raise(status);
  return ToPython(*std::move(all));
}

// Batches one by one, as if they were one.
struct BatchRows {
  const ArrowTable& table;
};
absl::Status ForEachBlock(const BatchRows& rows, const Take& take) {
  return rows.table.ForEachBatch([&](const FrameRows& frame, size_t first) {
    return python::ForEachBlock(frame, [&](const Data& block, size_t row) { return take(block, first + row); });
  });
}

template <class T>
struct Array1D {
  using type = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
};

// indptr of either type that scipy has; `wide` holds it where it is int32.
using Offsets = nb::ndarray<nb::ro, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
std::span<const int64_t> Wide(const Offsets& indptr, std::vector<int64_t>& wide) {
  if (indptr.dtype() == nb::dtype<int64_t>()) return {static_cast<const int64_t*>(indptr.data()), indptr.size()};
  if (indptr.dtype() != nb::dtype<int32_t>()) RaiseInput("input.csr", "CSR: indptr is of int32 or int64");
  const auto* offsets = static_cast<const int32_t*>(indptr.data());
  wide.assign(offsets, offsets + indptr.size());
  return wide;
}

template <class T>
struct CsrRows {
  CsrView<T> view;
};
template <class T>
absl::Status ForEachBlock(const CsrRows<T>& rows, const Take& take) {
  return take(rows.view, 0);
}

template <class T>
nb::object RunCsr(const Model& model, const std::string& method, std::pair<size_t, size_t> shape, const Offsets& indptr,
                  const Array1D<int32_t>::type& indices, const typename Array1D<T>::type& data,
                  const std::string& dtype, size_t threads) {
  std::vector<int64_t> wide;
  const CsrRows<T> rows{{shape.first,
                         shape.second,
                         Wide(indptr, wide),
                         {indices.data(), indices.size()},
                         {data.data(), data.size()},
                         DTypeByName(dtype)}};
  return RunRows(model, method, rows, threads);
}

// Golden samples from `samples` and what each method gave, in the order of `expected`.
using Expected = std::vector<std::pair<std::string, std::optional<nb::bytes>>>;

struct Conversion {
  std::string root, metadata;
  std::optional<nb::bytes> samples;
  Expected expected;
  bool compress = false;
};

absl::StatusOr<std::string> Assemble(const Passage& passage, const Conversion& how, const Limits& limits) {
  auto parts = Unpack(*passage.file);
  if (!parts.ok()) return parts.status();
  if (!how.metadata.empty()) parts->metadata = how.metadata;
  parts->compress = how.compress;
  if (how.samples) {
    const std::string input(how.samples->c_str(), how.samples->size());
    parts->golden.clear();
    for (const auto& [method, document] : how.expected) {
      ExpectedResult expected{MethodOf(method), std::nullopt};
      if (document) expected.document.emplace(document->c_str(), document->size());
      auto golden = RecordGolden(passage, input, std::move(expected), limits);
      if (!golden.ok()) return golden.status();
      parts->golden.push_back(*std::move(golden));
    }
  }
  return WriteFile(*parts);
}

nb::tuple Convert(const nb::bytes& bytes, const Policy& policy, const std::string& root, const std::string& metadata,
                  std::optional<nb::bytes> samples, Expected expected, bool compress) {
  const Conversion how{root, metadata, std::move(samples), std::move(expected), compress};
  const Passage passage =
      WithoutGil([&] { return Pass(Bytes(bytes), policy, LoadOptions{root, {}}, Registry::Builtin()); });
  if (!passage.status.ok()) Raise(passage.status);
  const std::string prq = OrRaise(Assemble(passage, how, policy.limits));
  // What is written is what loads.
  const Passage again = Pass(std::as_bytes(std::span(prq.data(), prq.size())), ForWhatComesOfIt(policy));
  if (!again.status.ok()) Raise(again.status);
  nb::list dropped;
  if (passage.imported) {
    for (const std::string& path : passage.imported->dropped) dropped.append(ToStr(path));
  }
  return nb::make_tuple(ToBytes(prq), dropped);
}

nb::object Classes(const Model& model) {
  nb::list all;
  for (size_t k = 0; k < model.n_outputs(); ++k) {
    Matrix classes = model.classes(k);
    if (classes.rows() == 0) return nb::none();
    all.append(ToArray(std::move(classes)));
  }
  return all;
}

// The names, or why there are none.
nb::object FeatureNamesOut(const Model& model) {
  const auto names = WithoutGil([&] { return model.FeatureNamesOut(); });
  if (!names.ok()) return ToStr(std::string(names.status().message()));
  nb::list list;
  for (const std::string& name : *names) list.append(ToStr(name));
  return list;
}

nb::list Objects(const Model& model) {
  nb::list objects;
  for (const ObjectRecord& o : model.validated().audited().file().objects()) {
    objects.append(nb::make_tuple(ToStr(o.type), ToStr(o.role), ToStr(o.params),
                                  o.parent ? nb::object(nb::int_(*o.parent)) : nb::none()));
  }
  return objects;
}

void BindModel(nb::module_& m) {
  const auto file = [](const Model& model) -> const File& { return model.validated().audited().file(); };
  nb::class_<Model>(m, "Model")
      .def("has",
           [](const Model& model, const std::string& name) {
             const auto method = MethodByName(name);
             return method && model.Has(*method);
           })
      .def_prop_ro("type", [](const Model& model) { return ToStr(model.type()); })
      .def_prop_ro("n_features", &Model::n_features)
      .def_prop_ro("n_outputs", &Model::n_outputs)
      .def_prop_ro("feature_names",
                   [](const Model& model) {
                     nb::list names;
                     for (std::string_view name : model.feature_names()) names.append(ToStr(name));
                     return names;
                   })
      .def_prop_ro("takes",
                   [](const Model& model) {
                     nb::list takes;
                     for (Takes t : model.takes()) takes.append(static_cast<int>(t));
                     return takes;
                   })
      .def_prop_ro("classes", &Classes)
      .def("rows_are",
           [](const Model& model, const std::string& name) { return static_cast<int>(model.rows_are(MethodOf(name))); })
      .def("feature_names_out", &FeatureNamesOut)
      .def("part_names", &PartNames)
      .def("part", &Part)
      .def("n_columns", [](const Model& model, const std::string& name) { return model.n_columns(MethodOf(name)); })
      .def_prop_ro("n_nodes_ptr",
                   [](const Model& model) {
                     const auto ends = model.n_nodes_ptr();
                     return std::vector<int64_t>(ends.begin(), ends.end());
                   })
      .def_prop_ro("objects", &Objects)
      .def_prop_ro("metadata", [file](const Model& model) { return ToStr(file(model).metadata()); })
      .def_prop_ro("written_by", [file](const Model& model) { return ToStr(file(model).written_by()); })
      .def_prop_ro("golden",
                   [file](const Model& model) {
                     nb::list golden;
                     for (const GoldenSamples& g : file(model).golden())
                       golden.append(nb::make_tuple(ToStr(g.method), ToStr(g.origin)));
                     return golden;
                   })
      .def_prop_ro("sha256", [file](const Model& model) { return Hex(file(model).sha256()); })
      .def_prop_ro("content_sha256", [file](const Model& model) { return Hex(OrRaise(file(model).ContentDigest())); })
      .def("to_bytes",
           [file](const Model& model) {
             const auto bytes = file(model).storage().bytes;
             return nb::bytes(bytes.data(), bytes.size());
           })
      .def("run_dense",
           [](const Model& model, const std::string& method, nb::ndarray<nb::ro, nb::ndim<2>, nb::device::cpu> x,
              bool swapped, size_t threads) { return RunRows(model, method, ToDense(x, swapped), threads); })
      .def("run_images",
           [](const Model& model, const std::string& method, nb::ndarray<nb::ro, nb::ndim<2>, nb::device::cpu> x,
              std::array<size_t, 3> image, bool swapped, size_t threads) {
             DenseRows rows = ToDense(x, swapped);
             rows.image = {image[0], image[1], image[2]};
             return RunRows(model, method, rows, threads);
           })
      .def("run_frame",
           [](const Model& model, const std::string& method, size_t rows, nb::list columns, size_t threads) {
             const HeldFrame frame(rows, columns);
             return RunRows(model, method, frame.rows(), threads);
           })
      .def("run_records", [](const Model& model, const std::string& method, const nb::list& list,
                             size_t threads) { return RunRows(model, method, HeldRecords(list), threads); })
      .def("run_arrow",
           [](const Model& model, const std::string& method, nb::handle capsule, size_t threads) {
             const ArrowTable table(capsule);
             return RunRows(model, method, BatchRows{table}, threads);
           })
      .def("run_csr_float64", &RunCsr<double>)
      .def("run_csr_float32", &RunCsr<float>)
      .def("run_csr_int64", &RunCsr<int64_t>)
      .def("run_csr_uint64", &RunCsr<uint64_t>);
}

void BindPolicy(nb::module_& m) {
  nb::class_<Policy>(m, "Policy")
      .def(nb::init<>())
      .def_static("from_json", [](const std::string& json) { return OrRaise(Policy::FromJson(json)); })
      .def_static("from_file", [](const nb::bytes& path) { return OrRaise(Policy::FromFile(PathOf(path))); })
      .def("to_json", &Policy::ToJson)
      .def_prop_ro("digest", &Policy::Digest)
      .def_prop_ro("name", [](const Policy& policy) { return ToStr(policy.name); })
      .def_prop_ro("file_bytes", [](const Policy& policy) { return policy.limits.file_bytes; });
}

}  // namespace

NB_MODULE(_native, m) {
  BindPolicy(m);
  BindModel(m);
  m.attr("__version__") = PRATIQUE_VERSION;
  m.def("registry_digest", [] { return Registry::Builtin().digest(); });
  m.def("load_path", [](const nb::bytes& path, const Policy& policy, const std::string& root) {
    return OrRaise(WithoutGil([&] { return Load(PathOf(path), policy, LoadOptions{root, {}}); }));
  });
  m.def("load_bytes", [](const nb::bytes& bytes, const Policy& policy, const std::string& root) {
    return OrRaise(WithoutGil([&] { return LoadBytes(Bytes(bytes), policy, LoadOptions{root, {}}); }));
  });
  // Reports as JSON, as `pratique validate --json` prints them.
  m.def("validate_path", [](const nb::bytes& path, const Policy& policy, const std::string& root) {
    return ToStr(WithoutGil([&] {
      return ReportJson(
          Scan(PathOf(path), policy, Registry::Builtin(), /*golden=*/true, Found::kNamed, LoadOptions{root, {}}));
    }));
  });
  m.def("validate_bytes",
        [](const nb::bytes& bytes, const nb::bytes& name, const Policy& policy, const std::string& root) {
          return ToStr(WithoutGil([&] {
            return ReportJson(ScanBytes(Bytes(bytes), PathOf(name), policy, Registry::Builtin(), /*golden=*/true,
                                        Found::kNamed, LoadOptions{root, {}}));
          }));
        });
  m.def("convert", &Convert);
  m.def("fill_objects", &FillObjects);
  // The rows of a frame as JSON Lines, as golden samples hold them.
  m.def("frame_document", [](size_t rows, nb::list columns) {
    const HeldFrame frame(rows, columns);
    std::string document;
    const absl::Status status = ForEachBlock(frame.rows(), [&](const Data& block, size_t) -> absl::Status {
      auto lines = JsonLines(std::get<FrameView>(block));
      if (!lines.ok()) return lines.status();
      document += *lines;
      return absl::OkStatus();
    });
    if (!status.ok()) Raise(status);
    return ToBytes(document);
  });
}

}  // namespace pratique::python
