/*
 * The words of release names and what they mean: one table, alternatives
 * separated by '|'. A strong word is never part of a title; a weak one means
 * something only behind a strong one ("Cam (2018)" is a film, "Film.2018.CAM"
 * is not a good copy of one).
 */
#include "lib/library/name_part.h"

#define STRONG(what, text, number, words)                                      \
	{                                                                      \
		words, NAME_SAYS_##what, true, text, number                    \
	}
#define WEAK(what, text, number, words)                                        \
	{                                                                      \
		words, NAME_SAYS_##what, false, text, number                   \
	}

/* clang-format off */
const struct name_meaning name_meanings[] = {
	/* How many lines the picture has. */
	STRONG(QUALITY, "8K", 0, "4320p"),
	STRONG(QUALITY, "4K", 0, "2160p"),
	STRONG(QUALITY, "2K", 0, "1440p"),
	STRONG(QUALITY, "FHD", 0, "1080p|1080i"),
	STRONG(QUALITY, "HD", 0, "720p|720i"),
	STRONG(QUALITY, "SD", 0,
	    "576p|576i|540p|540i|480p|480i|360p|360i|240p|240i"),
	STRONG(QUALITY, "8K", 0, "7680x4320"),
	STRONG(QUALITY, "4K", 0, "3840x2160|4096x2160"),
	STRONG(QUALITY, "2K", 0, "2560x1440"),
	STRONG(QUALITY, "FHD", 0, "1920x1080"),
	STRONG(QUALITY, "HD", 0, "1280x720"),
	STRONG(QUALITY, "SD", 0, "720x576|720x480|640x480"),
	WEAK(QUALITY, "4K", 0, "4k|uhd|ultrahd"),
	WEAK(QUALITY, "8K", 0, "8k"),
	WEAK(QUALITY, "FHD", 0, "fhd|fullhd"),
	/* What it was made from. */
	STRONG(SOURCE, NULL, NAME_SOURCE_REMUX,
	    "remux|bdremux|bd remux|bluray remux|blu ray remux|uhd remux|"
	    "remux bluray"),
	STRONG(SOURCE, NULL, NAME_SOURCE_BLURAY,
	    "bluray|blu ray|bdrip|bd rip|brrip|br rip|bdmv|bd25|bd50|"
	    "uhd bluray|uhd blu ray|bluray rip|uhd bdrip"),
	WEAK(SOURCE, NULL, NAME_SOURCE_BLURAY, "bd"),
	STRONG(SOURCE, NULL, NAME_SOURCE_WEB,
	    "web dl|webdl|web dlrip|webdlrip"),
	STRONG(SOURCE, NULL, NAME_SOURCE_WEBRIP,
	    "webrip|web rip|webcap|web cap"),
	WEAK(SOURCE, NULL, NAME_SOURCE_WEB, "web"),
	STRONG(SOURCE, NULL, NAME_SOURCE_HDTV,
	    "hdtv|hdtvrip|hdtv rip|pdtv|dsr|dsrip|satrip|dvbrip|tvrip|"
	    "tv rip|dthrip|ahdtv|uhdtv|hdrip"),
	WEAK(SOURCE, NULL, NAME_SOURCE_HDTV, "dvb|sdtv"),
	STRONG(SOURCE, NULL, NAME_SOURCE_DVD,
	    "dvdrip|dvd rip|dvdr|dvd r|dvd5|dvd9|dvdmux"),
	WEAK(SOURCE, NULL, NAME_SOURCE_DVD, "dvd|ntsc|pal"),
	STRONG(SOURCE, NULL, NAME_SOURCE_SCREENER,
	    "dvdscr|dvd scr|screener|bdscr|webscreener|web screener"),
	WEAK(SOURCE, NULL, NAME_SOURCE_SCREENER, "scr"),
	STRONG(SOURCE, NULL, NAME_SOURCE_TELECINE, "telecine|hdtc|hd tc"),
	WEAK(SOURCE, NULL, NAME_SOURCE_TELECINE, "tc"),
	STRONG(SOURCE, NULL, NAME_SOURCE_TELESYNC,
	    "telesync|hdts|hd ts|hqts|ts rip|tsrip"),
	WEAK(SOURCE, NULL, NAME_SOURCE_TELESYNC, "ts"),
	STRONG(SOURCE, NULL, NAME_SOURCE_CAM,
	    "camrip|cam rip|hdcam|hd cam|hqcam|hq cam"),
	WEAK(SOURCE, NULL, NAME_SOURCE_CAM, "cam"),
	/* How the picture is coded. */
	STRONG(VIDEO, "X264", 0, "x264|h264|h 264|x 264|avc"),
	STRONG(VIDEO, "X265", 0, "x265|h265|h 265|x 265|hevc"),
	STRONG(VIDEO, "X266", 0, "x266|h266|h 266|vvc"),
	STRONG(VIDEO, "AV1", 0, "av1"),
	STRONG(VIDEO, "VP9", 0, "vp9"),
	STRONG(VIDEO, "VP8", 0, "vp8"),
	STRONG(VIDEO, "XVID", 0, "xvid"),
	STRONG(VIDEO, "DIVX", 0, "divx|div x"),
	STRONG(VIDEO, "MPEG2", 0, "mpeg2|mpeg 2"),
	STRONG(VIDEO, "MPEG4", 0, "mpeg4|mpeg 4"),
	STRONG(VIDEO, "VC1", 0, "vc1|vc 1"),
	/* How the sound is coded; digits glued to it are its channels. */
	WEAK(AUDIO, "ATMOS", 0,
	    "truehd atmos|true hd atmos|ddp atmos|dd+ atmos|eac3 atmos|"
	    "atmos"),
	STRONG(AUDIO, "TRUEHD", 0, "truehd|true hd"),
	STRONG(AUDIO, "DTS-X", 0, "dts x|dtsx"),
	STRONG(AUDIO, "DTS-HD", 0,
	    "dts hd ma|dts hdma|dtshd ma|dts ma|dts hd hra|dts hd|dtshd"),
	STRONG(AUDIO, "DTS-ES", 0, "dts es"),
	STRONG(AUDIO, "DTS", 0, "dts"),
	STRONG(AUDIO, "EAC3", 0,
	    "ddp|ddpa|eac3|e ac 3|e ac3|eac 3|ddplus|dd plus|"
	    "dolby digital plus"),
	STRONG(AUDIO, "AC3", 0, "ac3|ac 3|dolby digital"),
	WEAK(AUDIO, "AC3", 0, "dd"),
	STRONG(AUDIO, "AAC", 0, "aac|aac lc|he aac|heaac|qaac"),
	STRONG(AUDIO, "FLAC", 0, "flac"),
	WEAK(AUDIO, "OPUS", 0, "opus"),
	WEAK(AUDIO, "VORBIS", 0, "vorbis"),
	STRONG(AUDIO, "MP3", 0, "mp3"),
	STRONG(AUDIO, "MP2", 0, "mp2"),
	STRONG(AUDIO, "PCM", 0, "lpcm|pcm"),
	/* Light and depth of the picture. */
	STRONG(HDR, "DV", 0,
	    "dolby vision|dovi|dv hdr|dv hdr10|dv hdr10plus|hdr dv|"
	    "hdr10 dv|hdr10plus dv"),
	WEAK(HDR, "DV", 0, "dv"),
	STRONG(HDR, "HDR10+", 0, "hdr10plus|hdr10p|hdr10 plus"),
	STRONG(HDR, "HDR10", 0, "hdr10|hdr 10"),
	STRONG(HDR, "HDR", 0, "hdr"),
	STRONG(HDR, "HLG", 0, "hlg"),
	WEAK(NOISE, NULL, 0, "sdr"),
	STRONG(BITS, NULL, 8, "8bit|8 bit"),
	STRONG(BITS, NULL, 10, "10bit|10 bit|hi10p|hi10|10bits"),
	STRONG(BITS, NULL, 12, "12bit|12 bit"),
	WEAK(THREE_D, NULL, 0,
	    "3d|hsbs|h sbs|half sbs|sbs|hou|h ou|half ou|3d sbs|3d hsbs|"
	    "3d h sbs|3d ou|3d hou|3d h ou|3d half sbs"),
	/* Languages. */
	WEAK(LANGUAGE, "en", 0, "english|eng"),
	WEAK(LANGUAGE, "fr", 0, "french|truefrench|vff|vfq|vfi|vf|fra|fre"),
	WEAK(LANGUAGE, "de", 0, "german|deutsch|ger|deu"),
	WEAK(LANGUAGE, "it", 0, "italian|ita|italiano"),
	WEAK(LANGUAGE, "es", 0, "spanish|spa|castellano|espanol|esp|latino"),
	WEAK(LANGUAGE, "pt", 0, "portuguese|por|dublado"),
	WEAK(LANGUAGE, "ru", 0, "russian|rus"),
	WEAK(LANGUAGE, "uk", 0, "ukrainian|ukr"),
	WEAK(LANGUAGE, "pl", 0, "polish|pol|lektor pl|dubbing pl"),
	WEAK(LANGUAGE, "cs", 0, "czech|cze|ces"),
	WEAK(LANGUAGE, "nl", 0, "dutch|nld|flemish"),
	WEAK(LANGUAGE, "sv", 0, "swedish|swe"),
	WEAK(LANGUAGE, "no", 0, "norwegian|nor"),
	WEAK(LANGUAGE, "da", 0, "danish|dan"),
	WEAK(LANGUAGE, "fi", 0, "finnish|fin"),
	WEAK(LANGUAGE, "sv", 0, "nordic"),
	WEAK(LANGUAGE, "hu", 0, "hungarian|hun"),
	WEAK(LANGUAGE, "tr", 0, "turkish|tur"),
	WEAK(LANGUAGE, "el", 0, "greek|gre|ell"),
	WEAK(LANGUAGE, "he", 0, "hebrew|heb"),
	WEAK(LANGUAGE, "ar", 0, "arabic|ara"),
	WEAK(LANGUAGE, "hi", 0, "hindi|hin"),
	WEAK(LANGUAGE, "ta", 0, "tamil|tam"),
	WEAK(LANGUAGE, "te", 0, "telugu|tel"),
	WEAK(LANGUAGE, "ja", 0, "japanese|jpn|jap"),
	WEAK(LANGUAGE, "ko", 0, "korean|kor"),
	WEAK(LANGUAGE, "zh", 0, "chinese|chi|mandarin|cantonese"),
	WEAK(LANGUAGE, "th", 0, "thai|tha"),
	WEAK(LANGUAGE, "vi", 0, "vietnamese|vie"),
	WEAK(LANGUAGE, "ro", 0, "romanian|ron|rum"),
	WEAK(LANGUAGE, "bg", 0, "bulgarian|bul"),
	WEAK(LANGUAGE, "fa", 0, "persian|farsi"),
	WEAK(MULTI, NULL, 0,
	    "multi|multi audio|multi lang|dual audio|dual|dl|multi vff|"
	    "multi vfi|multi vfq|multi5|multi3"),
	STRONG(SUBTITLES, "fr", 0, "vostfr|subfrench"),
	WEAK(SUBTITLES, NULL, 0,
	    "subbed|subs|multisubs|multi subs|msubs|esubs|esub|multi sub|"
	    "english subs|eng subs|softsubs|vost"),
	STRONG(HARDCODED, NULL, 0,
	    "korsub|hcsubs|hc subs|hardsub|hardsubs|hardcoded|"
	    "hardcoded subs"),
	WEAK(HARDCODED, NULL, 0, "hc"),
	/* Editions and corrections. */
	WEAK(EDITION, "Extended", 0,
	    "extended|extended cut|extended edition|extended version"),
	WEAK(EDITION, "Director's Cut", 0,
	    "director's cut|directors cut|director s cut|dc"),
	WEAK(EDITION, "Theatrical", 0,
	    "theatrical|theatrical cut|theatrical version"),
	WEAK(EDITION, "Unrated", 0, "unrated|unrated cut"),
	WEAK(EDITION, "Uncut", 0, "uncut"),
	WEAK(EDITION, "Uncensored", 0, "uncensored"),
	WEAK(EDITION, "IMAX", 0, "imax|imax edition"),
	WEAK(EDITION, "Remastered", 0, "remastered|4k remastered"),
	WEAK(EDITION, "Criterion", 0, "criterion|criterion collection"),
	WEAK(EDITION, "Final Cut", 0, "final cut"),
	WEAK(EDITION, "Ultimate Edition", 0, "ultimate cut|ultimate edition"),
	WEAK(EDITION, "Special Edition", 0, "special edition"),
	WEAK(EDITION, "Collector's Edition", 0,
	    "collectors edition|collector's edition"),
	WEAK(EDITION, "Anniversary Edition", 0, "anniversary edition"),
	WEAK(EDITION, "Open Matte", 0, "open matte"),
	WEAK(EDITION, "Redux", 0, "redux"),
	WEAK(PROPER, NULL, 0, "proper|real proper"),
	WEAK(REPACK, NULL, 0, "repack|rerip|repack2|v2|proper repack"),
	/* Who showed it. */
	WEAK(NETWORK, "AMZN", 0, "amzn"),
	WEAK(NETWORK, "NF", 0, "nf|netflix"),
	WEAK(NETWORK, "DSNP", 0, "dsnp"),
	WEAK(NETWORK, "HMAX", 0, "hmax"),
	WEAK(NETWORK, "ATVP", 0, "atvp"),
	WEAK(NETWORK, "HULU", 0, "hulu"),
	WEAK(NETWORK, "PCOK", 0, "pcok"),
	WEAK(NETWORK, "PMTP", 0, "pmtp"),
	WEAK(NETWORK, "STAN", 0, "stan"),
	WEAK(NETWORK, "CBS", 0, "cbs"),
	WEAK(NETWORK, "BBC", 0, "bbc"),
	WEAK(NETWORK, "IP", 0, "ip"),
	WEAK(NETWORK, "CRAV", 0, "crav"),
	WEAK(NETWORK, "CR", 0, "cr"),
	WEAK(NETWORK, "IT", 0, "itunes|it"),
	WEAK(NETWORK, "MA", 0, "ma"),
	/* Regions, containers, words without a meaning for us. */
	WEAK(REGION, NULL, 0, "r1|r2|r3|r4|r5|r6|region free"),
	WEAK(NOISE, NULL, 0,
	    "mkv|mp4|avi|m4v|wmv|mpg|mpeg|m2ts|vob|internal|limited|"
	    "complete|retail|dubbed|festival|read nfo|nfo|read|hybrid|hq|"
	    "hd|sd|hdlight|mhd|bonus|fs|ws|widescreen|fullscreen|yify|"
	    "yts|mx|rarbg|am|eztv|re|xxx|line|ld|md|psa"),
	{ 0 }
};
/* clang-format on */
