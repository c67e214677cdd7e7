/*
 * File names and what they say. Each case is a path and the line that
 * describe.h makes of it: title (year) | season, episodes | the release.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/library/name.h"
#include "tests/unit/library/describe.h"

struct name_case {
	const char *path;
	const char *expected;
};

/* clang-format off */
static const struct name_case cases[] = {
	{ "The Matrix (1999).mkv",
	  "The Matrix (1999) |" },
	{ "The.Matrix.1999.1080p.BluRay.x264-GROUP.mkv",
	  "The Matrix (1999) | bluray FHD X264 @GROUP" },
	{ "The Matrix (1999)/The Matrix (1999).mkv",
	  "The Matrix (1999) |" },
	{ "Movies/The Matrix (1999) [tmdbid-603]/The Matrix (1999) - 2160p.mkv",
	  "The Matrix (1999) | 4K tmdb:603" },
	{ "The Matrix (1999) {imdb-tt0133093}/matrix.mkv",
	  "The Matrix (1999) | tt0133093" },
	{ "The Matrix (1999) [imdbid-tt0133093] [tmdbid-603].mp4",
	  "The Matrix (1999) | tmdb:603 tt0133093" },
	{ "The Matrix (1999) {tmdb-603}.mp4",
	  "The Matrix (1999) | tmdb:603" },
	{ "Blade Runner (1982)/Blade Runner (1982) - [Director's Cut].mkv",
	  "Blade Runner (1982) | Director's Cut" },
	{ "Blade.Runner.1982.Final.Cut.2160p.UHD.BluRay.REMUX.HDR.HEVC.TrueHD.7.1.Atmos-FGT.mkv",
	  "Blade Runner (1982) | remux 4K X265 ATMOS HDR Final Cut 8ch @FGT" },
	{ "1917 (2019).mkv",
	  "1917 (2019) |" },
	{ "1917.mkv",
	  "1917 |" },
	{ "1917.2019.1080p.WEB-DL.DD5.1.H.264.mkv",
	  "1917 (2019) | web FHD X264 AC3 6ch" },
	{ "2012 (2009).mkv",
	  "2012 (2009) |" },
	{ "2012.2009.720p.BRRip.XviD.AC3.avi",
	  "2012 (2009) | bluray HD XVID AC3" },
	{ "2012.mkv",
	  "2012 |" },
	{ "Blade Runner 2049 (2017).mkv",
	  "Blade Runner 2049 (2017) |" },
	{ "Blade.Runner.2049.2017.2160p.WEB-DL.DDP5.1.Atmos.DV.HDR10+.H.265-GRP.mkv",
	  "Blade Runner 2049 (2017) | web 4K X265 ATMOS DV 6ch @GRP" },
	{ "Blade Runner 2049.mkv",
	  "Blade Runner 2049 |" },
	{ "2001 A Space Odyssey (1968).mkv",
	  "2001 A Space Odyssey (1968) |" },
	{ "2001.A.Space.Odyssey.1968.1080p.BluRay.x265.10bit.mkv",
	  "2001 A Space Odyssey (1968) | bluray FHD X265 10bit" },
	{ "Wonder Woman 1984 (2020)/Wonder Woman 1984.mkv",
	  "Wonder Woman 1984 (2020) |" },
	{ "1984.mkv",
	  "1984 |" },
	{ "(1999) The Mummy.avi",
	  "The Mummy (1999) |" },
	{ "[2009] Up.mkv",
	  "Up (2009) |" },
	{ "Cam (2018).mkv",
	  "Cam (2018) |" },
	{ "Film.2018.CAM.XviD-NOGRP.avi",
	  "Film (2018) | cam XVID @NOGRP" },
	{ "Some.Film.2018.HDTS.x264.mkv",
	  "Some Film (2018) | telesync X264" },
	{ "Some.Film.2018.HDTC.x264.mkv",
	  "Some Film (2018) | telecine X264" },
	{ "Some.Film.2018.DVDSCR.x264.mkv",
	  "Some Film (2018) | screener X264" },
	{ "Some.Film.2018.DVDRip.XviD-GRP.avi",
	  "Some Film (2018) | dvd XVID @GRP" },
	{ "Some.Film.2018.HDTV.720p.mkv",
	  "Some Film (2018) | hdtv HD" },
	{ "Some.Film.2018.WEBRip.1080p.AAC2.0.mkv",
	  "Some Film (2018) | webrip FHD AAC 2ch" },
	{ "Some.Film.2018.WEB.1080p.OPUS.mkv",
	  "Some Film (2018) | web FHD OPUS" },
	{ "Some.Film.2018.BDRip.576p.mkv",
	  "Some Film (2018) | bluray SD" },
	{ "Some.Film.2018.REMUX.BluRay.1080p.AVC.DTS-HD.MA.5.1.mkv",
	  "Some Film (2018) | remux FHD X264 DTS-HD 6ch" },
	{ "Some.Film.2018.1080p.BluRay.REMUX.VC-1.DTS.mkv",
	  "Some Film (2018) | remux FHD VC1 DTS" },
	{ "Some.Film.2018.4320p.AV1.mkv",
	  "Some Film (2018) | 8K AV1" },
	{ "Some.Film.2018.1440p.VP9.mkv",
	  "Some Film (2018) | 2K VP9" },
	{ "Some.Film.2018.480p.MPEG2.mkv",
	  "Some Film (2018) | SD MPEG2" },
	{ "Some.Film.2018.4K.mkv",
	  "Some Film (2018) | 4K" },
	{ "Some Film 3840x2160 2018.mkv",
	  "Some Film (2018) | 4K" },
	{ "Some.Film.2018.1920x1080.mkv",
	  "Some Film (2018) | FHD" },
	{ "Some.Film.2018.2160p.DV.mkv",
	  "Some Film (2018) | 4K DV" },
	{ "Some.Film.2018.2160p.DoVi.HDR10.mkv",
	  "Some Film (2018) | 4K DV" },
	{ "Some.Film.2018.2160p.HDR10+.mkv",
	  "Some Film (2018) | 4K HDR10+" },
	{ "Some.Film.2018.2160p.HLG.mkv",
	  "Some Film (2018) | 4K HLG" },
	{ "Some.Film.2018.1080p.10bit.x265.mkv",
	  "Some Film (2018) | FHD X265 10bit" },
	{ "Some.Film.2018.1080p.Hi10P.mkv",
	  "Some Film (2018) | FHD 10bit" },
	{ "Some.Film.2018.1080p.60fps.mkv",
	  "Some Film (2018) | FHD 60fps" },
	{ "Some.Film.2018.3D.HSBS.1080p.mkv",
	  "Some Film (2018) | FHD 3d" },
	{ "Some.Film.2018.MULTi.1080p.BluRay.mkv",
	  "Some Film (2018) | bluray FHD multi" },
	{ "Some.Film.2018.VOSTFR.720p.mkv",
	  "Some Film (2018) | HD" },
	{ "Some.Film.FRENCH.1080p.BluRay.mkv",
	  "Some Film | bluray FHD <fr>" },
	{ "Some.Film.2018.TRUEFRENCH.1080p.mkv",
	  "Some Film (2018) | FHD <fr>" },
	{ "Some.Film.2018.German.DL.1080p.BluRay.x264-GRP.mkv",
	  "Some Film (2018) | bluray FHD X264 <de> multi @GRP" },
	{ "Some.Film.2018.iTA.ENG.1080p.mkv",
	  "Some Film (2018) | FHD <it> <en>" },
	{ "Some.Film.2018.Dual.Audio.Hindi.English.720p.mkv",
	  "Some Film (2018) | HD <hi> <en> multi" },
	{ "Some.Film.2018.PROPER.1080p.mkv",
	  "Some Film (2018) | FHD proper" },
	{ "Some.Film.2018.REPACK.1080p.mkv",
	  "Some Film (2018) | FHD repack" },
	{ "Some.Film.2018.RERIP.720p.mkv",
	  "Some Film (2018) | HD repack" },
	{ "Some.Film.2018.Extended.1080p.mkv",
	  "Some Film (2018) | FHD Extended" },
	{ "Some.Film.2018.UNRATED.DVDRip.mkv",
	  "Some Film (2018) | dvd Unrated" },
	{ "Some.Film.2018.Directors.Cut.1080p.mkv",
	  "Some Film (2018) | FHD Director's Cut" },
	{ "Some.Film.2018.IMAX.2160p.mkv",
	  "Some Film (2018) | 4K IMAX" },
	{ "Some.Film.2018.KORSUB.HDRip.mkv",
	  "Some Film (2018) | hdtv hardcoded" },
	{ "Some.Film.2018.HC.1080p.WEBRip.mkv",
	  "Some Film (2018) | webrip FHD hardcoded" },
	{ "Some.Film.2018.AMZN.WEB-DL.1080p.mkv",
	  "Some Film (2018) | web FHD AMZN" },
	{ "Some.Film.2018.1080p.NF.WEB-DL.DDP5.1.x264-GRP.mkv",
	  "Some Film (2018) | web FHD X264 EAC3 NF 6ch @GRP" },
	{ "Some.Film.2018.R5.DVDRip.mkv",
	  "Some Film (2018) | dvd" },
	{ "Some.Film.2018.LiMiTED.1080p.BluRay.mkv",
	  "Some Film (2018) | bluray FHD" },
	{ "Some.Film.2018.DTS-X.1080p.mkv",
	  "Some Film (2018) | FHD DTS-X" },
	{ "Some.Film.2018.FLAC.7.1.1080p.mkv",
	  "Some Film (2018) | FHD FLAC 8ch" },
	{ "Some.Film.2018.1080p.BluRay.6CH.mkv",
	  "Some Film (2018) | bluray FHD 6ch" },
	{ "Some.Film.2018.EAC3.mkv",
	  "Some Film (2018) | EAC3" },
	{ "Some.Film.2018.E-AC-3.1080p.mkv",
	  "Some Film (2018) | FHD EAC3" },
	{ "Some.Film.2018.DD+5.1.1080p.mkv",
	  "Some Film (2018) | FHD EAC3 6ch" },
	{ "www.site.com - Some.Film.2018.1080p.mkv",
	  "Some Film (2018) | FHD" },
	{ "[ www.site.com ] - Some Film (2018).mkv",
	  "Some Film (2018) |" },
	{ "[Group] Some Film (2018) [1080p] [ABCD1234].mkv",
	  "Some Film (2018) | FHD @Group" },
	{ "Some_Film_(2018)_[720p].mkv",
	  "Some Film (2018) | HD" },
	{ "Some Film [2018].mkv",
	  "Some Film (2018) |" },
	{ "Some Film 2018.mkv",
	  "Some Film (2018) |" },
	{ "Some Film - 2018 - 1080p.mkv",
	  "Some Film (2018) | FHD" },
	{ "[REC] (2007).mkv",
	  "REC (2007) |" },
	{ "The French Dispatch (2021).mkv",
	  "The French Dispatch (2021) |" },
	{ "The.French.Dispatch.2021.1080p.mkv",
	  "The French Dispatch (2021) | FHD" },
	{ "The Italian Job (1969).mkv",
	  "The Italian Job (1969) |" },
	{ "Charlotte's Web (2006).mkv",
	  "Charlotte's Web (2006) |" },
	{ "Charlottes.Web.2006.1080p.mkv",
	  "Charlottes Web (2006) | FHD" },
	{ "Spider-Man (2002).mkv",
	  "Spider-Man (2002) |" },
	{ "Spider-Man.No.Way.Home.2021.1080p.WEB-DL.x264-EVO.mkv",
	  "Spider-Man No Way Home (2021) | web FHD X264 @EVO" },
	{ "S.W.A.T.2017.1080p.mkv",
	  "S.W.A.T (2017) | FHD" },
	{ "Se7en (1995).mkv",
	  "Se7en (1995) |" },
	{ "300 (2006).mkv",
	  "300 (2006) |" },
	{ "300.2006.1080p.mkv",
	  "300 (2006) | FHD" },
	{ "10 Cloverfield Lane (2016).mkv",
	  "10 Cloverfield Lane (2016) |" },
	{ "8½ (1963).mkv",
	  "8½ (1963) |" },
	{ "Amélie (2001).mkv",
	  "Amélie (2001) |" },
	{ "東京物語 (1953).mkv",
	  "東京物語 (1953) |" },
	{ "Le Fabuleux Destin d'Amélie Poulain (2001)/Le Fabuleux Destin.mkv",
	  "Le Fabuleux Destin d'Amélie Poulain (2001) |" },
	{ "Dune Part 2 (2024).mkv",
	  "Dune Part 2 (2024) |" },
	{ "Film (2010)/Film (2010)-cd1.avi",
	  "Film (2010) | part1" },
	{ "Film (2010)/Film (2010)-part2.avi",
	  "Film (2010) | part2" },
	{ "Film (2010) cd2.avi",
	  "Film (2010) | part2" },
	{ "Film (2010)/Film (2010)-trailer.mp4",
	  "Film (2010) | extra:trailer" },
	{ "Film (2010)/trailers/Teaser One.mp4",
	  "Film (2010) | extra:trailer" },
	{ "Film (2010)/Behind The Scenes/Making of.mkv",
	  "Film (2010) | extra:behind the scenes" },
	{ "Film (2010)/Film (2010)-featurette.mkv",
	  "Film (2010) | extra:featurette" },
	{ "Film (2010)/extras/Gag Reel.mkv",
	  "Film (2010) | extra:extra" },
	{ "Film (2010)/sample/film-sample.mkv",
	  "Film (2010) | extra:sample" },
	{ "Film.2010.1080p.sample.mkv",
	  "Film (2010) | FHD extra:sample" },
	{ "sample.mkv",
	  "sample | extra:sample" },
	{ "Film (2010)/Film (2010)-deleted.mkv",
	  "Film (2010) | extra:deleted scene" },
	{ "Film (2010)/Interviews/Director.mkv",
	  "Film (2010) | extra:interview" },
	{ "Film (2010)/movie.mkv",
	  "Film (2010) |" },
	{ "Film (2010)/0123456789abcdef0123.mkv",
	  "Film (2010) |" },
	{ "Film.2010.1080p.BluRay.x264-GRP/grp-film.1080p.mkv",
	  "Film (2010) | bluray FHD X264" },
	{ "Movies/holiday video.mp4",
	  "holiday video |" },
	{ "holiday video.mp4",
	  "holiday video |" },
	{ "VID_20190704_123456.mp4",
	  "VID 20190704 123456 |" },
	{ "Show (2015)/Season 01/Show S01E02 Title Here.mkv",
	  "Show (2015) | S1 E2 \"Title Here\" |" },
	{ "Show (2015)/Season 01/Show S01E02.mkv",
	  "Show (2015) | S1 E2 |" },
	{ "Show (2015)/Season 1/S01E02 - Title.mkv",
	  "Show (2015) | S1 E2 \"Title\" |" },
	{ "Show/Season 01/Show S01E01-E02 Double.mkv",
	  "Show | S1 E1 E2 \"Double\" |" },
	{ "Show.S01E02.1080p.WEB-DL.mkv",
	  "Show | S1 E2 | web FHD" },
	{ "Show.S01E01-E03.720p.mkv",
	  "Show | S1 E1 E2 E3 | HD" },
	{ "Show.S01E01E02.720p.mkv",
	  "Show | S1 E1 E2 | HD" },
	{ "Show.S01E01-03.720p.mkv",
	  "Show | S1 E1 E2 E3 | HD" },
	{ "Show.S01E01-1080p.mkv",
	  "Show | S1 E1 | FHD" },
	{ "Show S01 E02.mkv",
	  "Show | S1 E2 |" },
	{ "Show.S01.E02.mkv",
	  "Show | S1 E2 |" },
	{ "Show s1e2.mkv",
	  "Show | S1 E2 |" },
	{ "Show - S01E02 - The Title.mkv",
	  "Show | S1 E2 \"The Title\" |" },
	{ "Show.1x02.mkv",
	  "Show | S1 E2 |" },
	{ "Show - 1x02 - Title.mkv",
	  "Show | S1 E2 \"Title\" |" },
	{ "Show 01x02-03.mkv",
	  "Show | S1 E2 E3 |" },
	{ "Show.1x02x03.avi",
	  "Show | S1 E2 E3 |" },
	{ "Show.2019.S01E02.1080p.mkv",
	  "Show (2019) | S1 E2 | FHD" },
	{ "Doctor Who (2005) S01E02.mkv",
	  "Doctor Who (2005) | S1 E2 |" },
	{ "Doctor.Who.2005.S13E01.1080p.mkv",
	  "Doctor Who (2005) | S13 E1 | FHD" },
	{ "1923.S01E02.1080p.mkv",
	  "1923 | S1 E2 | FHD" },
	{ "24.S01E02.mkv",
	  "24 | S1 E2 |" },
	{ "The.100.S01E02.mkv",
	  "The 100 | S1 E2 |" },
	{ "9-1-1.S02E03.720p.mkv",
	  "9-1-1 | S2 E3 | HD" },
	{ "Show.S2019E05.mkv",
	  "Show | S2019 E5 |" },
	{ "Show Season 1 Episode 2.mkv",
	  "Show | S1 E2 |" },
	{ "Top.Gear.Series.10.Episode.3.mkv",
	  "Top Gear | S10 E3 |" },
	{ "Top Gear/Series 10/Top Gear 1080p E03.mkv",
	  "Top Gear | S10 E3 | FHD" },
	{ "Top.Gear.Series.10.1080p.mkv",
	  "Top Gear | S10 | FHD" },
	{ "Show/Staffel 2/Show S02E05 German DL 720p.mkv",
	  "Show | S2 E5 | HD <de> multi" },
	{ "Show/Saison 3/Show - 3x04.mkv",
	  "Show | S3 E4 |" },
	{ "Show/Specials/Show S00E01 Christmas.mkv",
	  "Show | S0 E1 \"Christmas\" |" },
	{ "Show/Season 00/Show S00E02.mkv",
	  "Show | S0 E2 |" },
	{ "[SubsPlease] Frieren - 07 (1080p) [ABCDEF12].mkv",
	  "Frieren | E7 #7 | FHD @SubsPlease" },
	{ "[Group] Show Name - 07v2 [720p].mkv",
	  "Show Name | E7 #7 | HD repack @Group" },
	{ "[Group]_Show_Name_-_112_[1080p].mkv",
	  "Show Name | E112 #112 | FHD @Group" },
	{ "[Group] Show S2 - 05 [1080p].mkv",
	  "Show | S2 E5 | FHD @Group" },
	{ "Show Name - 07.mkv",
	  "Show Name | E7 #7 |" },
	{ "Anime/Show Name/Show Name - 3.mkv",
	  "Show Name | E3 #3 |" },
	{ "Show/Season 2/Show - 05.mkv",
	  "Show | S2 E5 |" },
	{ "Shows/Show/Show 103.avi",
	  "Show | S1 E3 |" },
	{ "Show.103.avi",
	  "Show 103 |" },
	{ "Show/Season 1/103.avi",
	  "Show | S1 E3 |" },
	{ "Show/Season 1/103 Title.avi",
	  "Show | S1 E3 \"Title\" |" },
	{ "Show/Season 1/05 - Title.mkv",
	  "Show | S1 E5 \"Title\" |" },
	{ "Show/Season 1/05.mkv",
	  "Show | S1 E5 |" },
	{ "Show/Season 1/5. Title.mkv",
	  "Show | S1 E5 \"Title\" |" },
	{ "TV/Show/Show Episode 5.mkv",
	  "Show | E5 |" },
	{ "Show.E05.mkv",
	  "Show | E5 |" },
	{ "Star Wars Episode 4 (1977).mkv",
	  "Star Wars Episode 4 (1977) |" },
	{ "The.Daily.Show.2024.05.17.Guest.Name.1080p.WEB.mkv",
	  "The Daily Show | 2024-05-17 \"Guest Name\" | web FHD" },
	{ "The Daily Show 2024-05-17.mkv",
	  "The Daily Show | 2024-05-17 |" },
	{ "News.17.05.2024.mkv",
	  "News | 2024-05-17 |" },
	{ "Show.S01.1080p.BluRay.x264-GRP/Show.S01E02.Title.mkv",
	  "Show | S1 E2 \"Title\" | bluray FHD X264" },
	{ "Show.S01.COMPLETE.720p/03.mkv",
	  "Show | S1 E3 | HD" },
	{ "Show.S01-S06.Complete.mkv",
	  "Show | S1-S6 |" },
	{ "Show.S01.S02.1080p.mkv",
	  "Show | S1-S2 | FHD" },
	{ "Show Season 1 Complete 1080p/Show 1x05.mkv",
	  "Show | S1 E5 | FHD" },
	{ "Show Seasons 1-6.mkv",
	  "Show | S1-S6 |" },
	{ "Show (2015) [tvdbid-123]/Season 01/Show S01E01.mkv",
	  "Show (2015) | S1 E1 | tvdb:123" },
	{ "Show (2015) [tmdbid-5]/Season 01/ep01.mkv",
	  "Show (2015) | S1 E1 | tmdb:5" },
	{ "Show.S01E02.The.French.Connection.1080p.mkv",
	  "Show | S1 E2 \"The French Connection\" | FHD" },
	{ "Show.S01E02.PROPER.1080p.HDTV.x264-GRP.mkv",
	  "Show | S1 E2 | hdtv FHD X264 proper @GRP" },
	{ "Show.S01E02.The.Cam.German.1080p.WEB.mkv",
	  "Show | S1 E2 \"The Cam German\" | web FHD" },
	{ "Show.S01E02.REPACK.720p.mkv",
	  "Show | S1 E2 | HD repack" },
	{ "Show S01E02 It Begins.mkv",
	  "Show | S1 E2 \"It Begins\" |" },
	{ "Show.Name.S01E02.AMZN.WEB-DL.DDP5.1.H.264-NTb.mkv",
	  "Show Name | S1 E2 | web X264 EAC3 AMZN 6ch @NTb" },
	{ "Season 01/Show S01E05.mkv",
	  "Show | S1 E5 |" },
	{ "Season 01/Episode 5.mkv",
	  " | S1 E5 |" },
	{ "World Series of Films (2010).mkv",
	  "World Series of Films (2010) |" },
	{ "Show/Season 1/Show - S01E05 - 2001 A Space Title.mkv",
	  "Show | S1 E5 \"2001 A Space Title\" |" },
	{ "Show.US.S01E01.720p.mkv",
	  "Show US | S1 E1 | HD" },
	{ "../../etc/passwd.mkv",
	  "passwd |" },
	{ ".mkv",
	  "mkv |" },
	{ "....mkv",
	  " |" },
	{ "(((.mkv",
	  " |" },
	{ "[].mkv",
	  " |" },
	{ "1080p.mkv",
	  "1080p | FHD" },
	{ "2018.1080p.mkv",
	  "2018 | FHD" },
	{ "x264.mkv",
	  "x264 | X264" },
	{ "S01E02.mkv",
	  " | S1 E2 |" },
	{ "Show.S01E02.German.DL.1080p.BluRay.x264-GRP.mkv",
	  "Show | S1 E2 | bluray FHD X264 <de> multi @GRP" },
	{ "Film.German.DL.1080p.BluRay.mkv",
	  "Film | bluray FHD <de> multi" },
	{ "Some.Show.2x13-14.HDTV.avi",
	  "Some Show | S2 E13 E14 | hdtv" },
	{ "SHOW.S01E02.FRENCH.720p.mkv",
	  "SHOW | S1 E2 \"FRENCH\" | HD" },
	{ "Show/S02/Show.S02E01.mkv",
	  "Show | S2 E1 |" },
	{ "Show/Season 1 - The Beginning/01 Pilot.mkv",
	  "Show | S1 E1 \"Pilot\" |" },
	{ "Shows/Show (2010)/Show 2010 S01E01.mkv",
	  "Show (2010) | S1 E1 |" },
	{ "TV/Planet Earth (2006)/Planet Earth.mkv",
	  "Planet Earth (2006) |" },
	{ "Some Film (2018) - Extended Cut.mkv",
	  "Some Film (2018) | Extended" },
	{ "Some.Film.2018.1080p.BluRay.DTS.x264.tt1234567.mkv",
	  "Some Film (2018) | bluray FHD X264 DTS tt1234567" },
	{ "some film.2018.mkv",
	  "some film (2018) |" },
	{ "Ocean's Eleven (2001) 1080p.mkv",
	  "Ocean's Eleven (2001) | FHD" },
	{ "Fast & Furious (2009).mkv",
	  "Fast & Furious (2009) |" },
	{ "Mission: Impossible (1996).mkv",
	  "Mission: Impossible (1996) |" },
	{ "Movies/Alien Collection/Alien (1979).mkv",
	  "Alien (1979) |" },
	{ "[Group] Show Name (2019) - 01-02 [1080p].mkv",
	  "Show Name (2019) | E1 E2 #1 | FHD @Group" },
};
/* clang-format on */

static void
parse(struct arena *arena, const char *path, char *out, size_t size)
{
	struct name name;

	arena_reset(arena);
	library_name_parse(arena, path, &name);
	describe(&name, out, size);
}

static void
names_say_what_they_say(void **state)
{
	struct arena *arena = arena_new(NAME_ARENA);
	char line[1024];
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		parse(arena, cases[i].path, line, sizeof(line));
		if (strcmp(line, cases[i].expected) == 0)
			continue;
		print_error("%s\n  expected %s\n  got      %s\n", cases[i].path,
		    cases[i].expected, line);
		wrong++;
	}
	arena_free(arena);
	assert_int_equal(wrong, 0);
}

/* Bytes that are no text, marks that reorder, names longer than any disk
 * allows: read, shown, never a crash, never a control character. */
static void
hostile_names_are_read(void **state)
{
	static const struct name_case hostile[] = {
		{ "Am\xe9lie (2001).mkv", "Am\xc3\xa9lie (2001) |" },
		{ "Ame\xcc\x81lie (2001).mkv", "Am\xc3\xa9lie (2001) |" },
		{ "Film\n(2001).mkv", "Film (2001) |" },
		{ "Film \xe2\x80\xaegpj (2001).mkv", "Film gpj (2001) |" },
		{ "../../../Film (2001).mkv", "Film (2001) |" },
		{ "/", " |" },
		{ "", " |" },
		{ "S99999999999E1.mkv", "S99999999999E1 |" },
		{ "Film (99999999999999).mkv", "Film (99999999999999) |" },
		{ "[tmdbid-99999999999999999999] A.mkv",
		    "A | @tmdbid-99999999999999999999" },
		{ "A [imdbid-ttabc].mkv", "A |" },
		{ "S01E0000000000001.mkv", "S01E0000000000001 |" },
	};
	struct arena *arena = arena_new(NAME_ARENA);
	char line[1024];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		parse(arena, hostile[i].path, line, sizeof(line));
		if (strcmp(hostile[i].expected, line) != 0)
			print_error("%zu: %s\n", i, line);
		assert_string_equal(line, hostile[i].expected);
	}
	arena_free(arena);
}

static void
long_names_are_cut(void **state)
{
	struct arena *arena = arena_new(NAME_ARENA);
	char path[4096], line[1024];
	struct name name;

	(void)state;
	memset(path, 'a', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	library_name_parse(arena, path, &name);
	assert_true(strlen(name.title) <= 1024);
	for (size_t i = 0; i + 3 < sizeof(path); i += 2) {
		path[i] = i % 3 ? '(' : '/';
		path[i + 1] = '1';
	}
	parse(arena, path, line, sizeof(line));
	arena_free(arena);
}

static void
videos_are_known_by_their_endings(void **state)
{
	(void)state;
	assert_true(library_name_is_video("a/b.MKV"));
	assert_true(library_name_is_video("b.m2ts"));
	assert_false(library_name_is_video("b.mkv/readme.txt"));
	assert_false(library_name_is_video("b"));
	assert_false(library_name_is_video("b.mkv.part"));
	assert_false(library_name_is_video("b.jpg"));
}

static void
ids_make_sure(void **state)
{
	struct arena *arena = arena_new(NAME_ARENA);
	struct name with_id, with_year, bare;

	(void)state;
	library_name_parse(arena, "A (2001) [tmdbid-3].mkv", &with_id);
	library_name_parse(arena, "A (2001).mkv", &with_year);
	library_name_parse(arena, "A.mkv", &bare);
	assert_true(library_name_confidence(&with_id) >
	    library_name_confidence(&with_year));
	assert_true(library_name_confidence(&with_year) >
	    library_name_confidence(&bare));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_say_what_they_say),
		cmocka_unit_test(hostile_names_are_read),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(videos_are_known_by_their_endings),
		cmocka_unit_test(ids_make_sure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
