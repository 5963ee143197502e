#include "wire/http_url.h"

#include <gtest/gtest.h>

#include "wire/limits.h"
#include "wire/repository_url.h"

namespace groupctl {
namespace {

TEST(HttpUrl, TakesFoldersOfWebServers) {
  for (const char* url :
       {"http://repo.example", "https://repo.example/", "http://127.0.0.1:8080/a/b",
        "https://[::1]:8443/x", "https://[2001:db8::1]/x", "http://db-1:80/a%20b/~x/v=1,2"}) {
    const auto valid = check_http_url(url);
    EXPECT_TRUE(valid) << valid.error().text;
    EXPECT_TRUE(check_repository(url)) << url;
  }
}

TEST(HttpUrl, RefusesWhatIsNone) {
  const auto why = [](const std::string& url) {
    const auto valid = check_http_url(url);
    EXPECT_FALSE(valid) << url;
    if (valid) return std::string();
    EXPECT_EQ(valid.error().text.find("\n"), std::string::npos) << url;
    return valid.error().text;
  };
  EXPECT_NE(why("HTTP://a/").find("neither http://"), std::string::npos);
  EXPECT_NE(why("http:/a").find("neither http://"), std::string::npos);
  EXPECT_NE(why("ftp://a/").find("neither http://"), std::string::npos);
  EXPECT_NE(why("http://").find("names no host"), std::string::npos);
  EXPECT_NE(why("http:///a").find("names no host"), std::string::npos);
  for (const char* url : {"http://a:/", "http://a:0/", "http://a:65536/", "http://a:x/",
                          "http://a b/", "http://0x7f.1/", "http://[::1/", "http://a\\b/",
                          "http://-a/", "http://[::1]x/", "http://a:1:2/"}) {
    EXPECT_NE(why(url).find("its host is no name"), std::string::npos) << url;
  }
  for (const char* url : {"http://a/%", "http://a/%2", "http://a/%zz", "http://a/b c",
                          "http://a/\xc3\xa4", "http://a/a\nb", "http://a/a\\b"}) {
    EXPECT_NE(why(url).find("percent-encoded"), std::string::npos) << url;
  }
  for (const char* url : {"http://a/..", "http://a/b/../c", "http://a/./b", "http://a/%2e%2E/b"}) {
    EXPECT_NE(why(url).find("\"..\""), std::string::npos) << url;
  }
  EXPECT_NE(why("http://a/?q").find("query"), std::string::npos);
  EXPECT_NE(why("http://a/#f").find("query"), std::string::npos);
  EXPECT_TRUE(check_http_url("http://a/" + std::string(kMaxSharedTailBytes - 9, 'x')));
  EXPECT_NE(why("http://a/" + std::string(kMaxSharedTailBytes - 8, 'x')).find("longer than 512"),
            std::string::npos);
}

TEST(HttpUrl, NeverRepeatsWhatMayBeSecret) {
  for (const char* url :
       {"http://ana:hunter2@a/", "http://ana:hun/ter2@a/", "https://hunter2@a", "ftp://x:hunter2@a",
        "http://a/?token=hunter2", "http://a/#hunter2", "http://a b/?token=hunter2"}) {
    const auto valid = check_repository(url);
    ASSERT_FALSE(valid) << url;
    EXPECT_EQ(valid.error().text.find("hunter2"), std::string::npos) << valid.error().text;
    EXPECT_EQ(valid.error().text.find("ter2"), std::string::npos) << valid.error().text;
  }
}

TEST(HttpUrl, NamesFilesWithTheirBytesEncoded) {
  EXPECT_EQ(url_of_file("http://a", "site", "1.0", ".tar"), "http://a/site-1.0.tar");
  EXPECT_EQ(url_of_file("https://a/b//", "x_y", "1.0+b~2", ".config"),
            "https://a/b/x_y-1.0%2Bb~2.config");
}

TEST(HttpUrl, IsSentOnWithinBounds) {
  EXPECT_TRUE(check_redirect("http://a/x", "http://b/y?signature=1"));
  EXPECT_TRUE(check_redirect("http://a/x", "https://b/y"));
  EXPECT_TRUE(check_redirect("https://a/x", "https://b/y"));
  for (const char* to : {"", "/x", "file:///etc/passwd", "ftp://b/", "HTTPS://b/", "http://b/",
                         "https://u@b/", "https://u:p@b/x", "https://good\\@bad/"}) {
    EXPECT_EQ(check_redirect("https://a/x", to).error().code, ErrorCode::kRefused) << to;
  }
  EXPECT_TRUE(check_redirect("https://a", "https://b/?at=x@y"));
  EXPECT_FALSE(check_redirect("https://a", "https://b/" + std::string(kMaxRedirectBytes, 'x')));
}

TEST(RepositoryUrl, EachKindIsChecked) {
  EXPECT_TRUE(check_repository("group:"));
  EXPECT_TRUE(check_repository("file:/srv"));
  for (const char* url : {"", "group", "group:x", "file:", "file:srv", "s3://a", "/srv"}) {
    const auto valid = check_repository(url);
    ASSERT_FALSE(valid) << url;
    EXPECT_EQ(valid.error().code, ErrorCode::kInvalid);
  }
}

TEST(RepositoryUrl, ATailBeginsWithTheGroup) {
  EXPECT_TRUE(check_shared_tail({"group:", "https://a/b", "file:/srv", "http://a"}));
  EXPECT_FALSE(check_shared_tail({}));
  EXPECT_FALSE(check_shared_tail({"https://a/b", "group:"}));
  EXPECT_FALSE(check_shared_tail({"group:", "https://a", "https://a"}));
  EXPECT_FALSE(check_shared_tail({"group:", "https://u:p@a"}));
  EXPECT_FALSE(check_shared_tail({"group:", "file:/" + std::string(kMaxSharedTailBytes, 'x')}));
}

}  // namespace
}  // namespace groupctl
