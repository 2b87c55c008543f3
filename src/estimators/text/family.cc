#include "estimators/text/dict_vectorizer.h"
#include "estimators/text/vectorizers.h"
#include "registry/families.h"
#include "text_bfbs_generated.h"

namespace pratique {

const Family& TextFamily() {
  using Schema = fb::CountVectorizerBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kDocuments[] = {"documents"};
  static constexpr std::string_view kTextModules[] = {"sklearn.feature_extraction.text"};
  static constexpr std::string_view kRecords[] = {"records"};
  static constexpr std::string_view kDictModules[] = {"sklearn.feature_extraction._dict_vectorizer",
                                                      "sklearn.feature_extraction.dict_vectorizer"};
  static constexpr std::string_view kHashModules[] = {"sklearn.feature_extraction._hash",
                                                      "sklearn.feature_extraction.hashing"};
  static constexpr std::string_view kRefuses =
      "functions as analyzer, tokenizer or preprocessor; patterns of tokens that are no run of one class of characters";
  static const Class kClasses[] = {
      {.name = "sklearn.feature_extraction.text.CountVectorizer",
       .form = FormOf<CountVectorizer, Schema>(),
       .modules = kTextModules,
       .inputs = kDocuments,
       .agreement = "exact",
       .refuses = kRefuses,
       .fit_parameters = "decode_error encoding max_df max_features min_df vocabulary",
       .inert = "_stop_words_id fixed_vocabulary_ stop_words_"},
      {.name = "sklearn.feature_extraction.text.TfidfVectorizer",
       .form = FormOf<CountVectorizer, Schema>(),
       .modules = kTextModules,
       .inputs = kDocuments,
       .refuses = kRefuses,
       .fit_parameters =
           "decode_error encoding max_df max_features min_df norm smooth_idf sublinear_tf use_idf vocabulary",
       .inert = "_stop_words_id fixed_vocabulary_ stop_words_"},
      {.name = "sklearn.feature_extraction.text.HashingVectorizer",
       .form = FormOf<HashingVectorizer, Schema>(),
       .modules = kTextModules,
       .inputs = kDocuments,
       .refuses = kRefuses,
       .fit_parameters = "decode_error encoding",
       .inert = "_stop_words_id"},
      {.name = "sklearn.feature_extraction.text.TfidfTransformer",
       .form = FormOf<TfidfTransformer, Schema>(),
       .modules = kTextModules,
       .inputs = kNumeric,
       .fit_parameters = "smooth_idf",
       .inert = ""},
      {.name = "sklearn.feature_extraction.DictVectorizer",
       .form = FormOf<DictVectorizer, Schema>(),
       .modules = kDictModules,
       .inputs = kRecords,
       .agreement = "exact",
       .refuses = "names that are no text",
       .fit_parameters = "sort"},
      {.name = "sklearn.feature_extraction.FeatureHasher",
       .form = FormOf<FeatureHasher, Schema>(),
       .modules = kHashModules,
       .inputs = kRecords},
  };
  static const Family family{"text", kClasses, {}};
  return family;
}

}  // namespace pratique
