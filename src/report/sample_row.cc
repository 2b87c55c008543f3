#include "report/sample_row.h"

#include <algorithm>
#include <set>

#include "estimators/image/patch_extractor.h"
#include "estimators/text/dict_vectorizer.h"
#include "registry/program_types.h"
#include "report/known_values.h"
#include "validate/states.h"

namespace pratique {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostInExample = 10000;

// The object that X comes to first: down the first steps.
size_t FirstOf(const Model& model) {
  const States& states = model.validated().states();
  size_t object = states.children.size() - 1;
  while (!states.children[object].empty() && !states.signatures[states.children[object].front()].tree_block)
    object = states.children[object].front();  // owners stand behind what they own
  return object;
}

template <class S>
const S* FirstAs(const Model& model) {
  const size_t object = FirstOf(model);
  const Class& type = *model.validated().audited().classes()[object];
  return type.form->info == &InfoOf<S>() ? static_cast<const S*>(model.validated().states().states[object]) : nullptr;
}

}  // namespace

RowKind KindOfRows(const Model& model) {
  switch (model.rows_are(Method::kTransform)) {
    case RowsAre::kLabels:
      return RowKind::kLabels;
    case RowsAre::kRecords:
      return RowKind::kRecords;
    case RowsAre::kImages:
      return RowKind::kImages;
    case RowsAre::kFeatures:
      break;
  }
  if (model.n_features() > 0) return RowKind::kFeatures;
  const size_t first = FirstOf(model);
  const bool vectorizer =
      model.validated().audited().classes()[first]->name.ends_with("Vectorizer") ||
      (first > 0 && model.validated().audited().classes()[first]->short_name() == "TfidfTransformer");
  return vectorizer ? RowKind::kDocuments : RowKind::kFeatures;
}

SampleRow::SampleRow(const Model& model) : kind_(KindOfRows(model)) {
  switch (kind_) {
    case RowKind::kFeatures:
      OfFeatures(model);
      break;
    case RowKind::kDocuments:
      views_.push_back("a document");
      columns_.push_back({.dtype = DType::kString, .strings = {&views_.back(), 1}});
      any_text_ = true;
      json_ = "a document";
      break;
    case RowKind::kLabels:
      OfLabels(model.classes());
      break;
    case RowKind::kRecords:
      OfRecords(model);
      break;
    case RowKind::kImages:
      OfImages(model);
      break;
  }
}

void SampleRow::OfFeatures(const Model& model) {
  const std::vector<Takes> takes = model.takes();
  const std::vector<const Values*> known = KnownValues(model);
  const auto names = model.feature_names();
  numbers_.resize(takes.size());
  const bool keyed = !names.empty(), shown = takes.size() <= kMostInExample;
  Json row = keyed ? Json::object() : Json::array();
  std::set<std::string_view> seen;
  for (size_t j = 0; j < takes.size(); ++j) {
    Column column;
    if (j < names.size()) column.name = names[j];
    const Values* values = known[j] != nullptr && known[j]->size() > 0 ? known[j] : nullptr;
    Json cell = 0.0;
    if (values != nullptr && values->dtype == fb::DType::String) {
      column.dtype = DType::kString;
      column.strings = values->strings.first(1);
      cell = std::string(values->strings[0]);
    } else if (values != nullptr && values->IsFloat()) {
      numbers_[j] = values->floats[0];
      cell = numbers_[j];
    } else if (values != nullptr) {
      numbers_[j] = static_cast<double>(values->ints[0]);
      cell = values->dtype == fb::DType::Bool ? Json(values->ints[0] != 0) : Json(values->ints[0]);
    } else if (takes[j] == Takes::kText) {
      column.dtype = DType::kString;
      views_.push_back("");
      column.strings = {&views_.back(), 1};
      cell = "";
    }
    any_text_ |= column.dtype == DType::kString;
    if (column.dtype != DType::kString) column.doubles = {&numbers_[j], 1};
    columns_.push_back(column);
    if (!shown) continue;
    if (!keyed)
      row.push_back(std::move(cell));
    else if (seen.insert(column.name).second)  // an ordered object looks its keys up one by one
      row.get_ref<Json::object_t&>().emplace_back(column.name, std::move(cell));
  }
  if (shown && !takes.empty()) json_ = std::move(row);
}

void SampleRow::OfLabels(const Matrix& classes) {
  if (classes.rows() == 0) return;
  Column column{.dtype = classes.dtype()};
  if (classes.dtype() == DType::kString) {
    texts_.push_back(classes.strings()[0]);
    views_.push_back(texts_.back());
    column.strings = {&views_.back(), 1};
    json_ = texts_.back();
  } else {
    column.dtype = DType::kInt64;
    ints_.push_back(static_cast<int64_t>(classes.at(0)));
    if (static_cast<double>(ints_.back()) != classes.at(0)) {
      numbers_.push_back(classes.at(0));
      column.dtype = DType::kFloat64;
      column.doubles = {&numbers_.back(), 1};
      json_ = numbers_.back();
    } else {
      column.ints = {&ints_.back(), 1};
      json_ = ints_.back();
    }
  }
  any_text_ = true;
  columns_.push_back(column);
}

// A dict of the first word, or a list of the first label; an empty record where neither is known.
void SampleRow::OfRecords(const Model& model) {
  Item item;
  if (const auto* dicts = FirstAs<DictVectorizer>(model); dicts != nullptr) {
    json_ = Json::object();
    if (dicts->words.empty()) return;
    const std::string_view word = dicts->words[0], separator = dicts->separator;
    const size_t at = separator.empty() ? word.npos : word.find(separator);
    item.form = Item::Form::kEntry;
    item.key = word.substr(0, at);
    if (at == word.npos) {
      item.kind = Item::Kind::kFloat;
      item.number = 1;
      json_[std::string(word)] = 1.0;
    } else {
      item.text = word.substr(at + separator.size());
      json_[std::string(item.key)] = std::string(item.text);
    }
  } else if (const Matrix labels = model.classes(); model.Has(Method::kTransform) && labels.rows() > 0) {
    json_ = Json::array();
    if (labels.dtype() == DType::kString) {
      texts_.push_back(labels.strings()[0]);
      item.text = texts_.back();
      json_.push_back(texts_.back());
    } else {
      item.kind = Item::Kind::kInteger;
      item.number = labels.at(0);
      item.integer = static_cast<int64_t>(item.number);
      json_.push_back(item.integer);
    }
  } else {
    return;  // FeatureHasher
  }
  items_.push_back(item);
  offsets_[1] = 1;
}

// Of one patch.
void SampleRow::OfImages(const Model& model) {
  const auto* patches = FirstAs<PatchExtractor>(model);
  if (patches == nullptr) return;
  image_ = {std::max<size_t>(10, patches->patch_height), std::max<size_t>(10, patches->patch_width), 1};
  if (image_.size() <= kMostInExample) numbers_.resize(image_.size());
}

std::optional<Data> SampleRow::view() const {
  if (kind_ == RowKind::kRecords) return FrameView{1, {}, Records{offsets_, items_}};
  if (kind_ == RowKind::kImages && !numbers_.empty()) return Images(Dense(numbers_, 1, numbers_.size()), image_);
  if (columns_.empty()) return std::nullopt;
  if (any_text_) return FrameView{1, columns_, {}};
  return Dense(numbers_, 1, numbers_.size());
}

}  // namespace pratique
