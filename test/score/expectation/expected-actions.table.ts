/**
 * What PS3.15 Table E.1-1 (DICOM 2026c) asks of each of its 656 rows, one a line: tag (`x` repeats, `odd` is every private element), VR (PS3.6), action of the
 * Basic Profile, and the options that say something else. For the scorer alone: written down from the standard, not from the rules that it judges.
 */
export const EXPECTED_ACTIONS = `
00080050 SH Z
00184000 LT X descriptors=C
00400556 ST X descriptors=C
00400555 SQ X/Z content=C
00080022 DA X/Z full=K,modified=C
0008002A DT X/Z/D full=K,modified=C
00181400 LO X/D descriptors=C
001811BB LO D descriptors=C
00189424 LT X descriptors=C
00080032 TM X/Z full=K,modified=C
00080017 UI U uids=K
00404035 SQ X
001021B0 LT X descriptors=C
0040A353 ST X
00380010 LO X
00380020 DA X full=K,modified=C
00081084 SQ X descriptors=C
00081080 LO X descriptors=C
00380021 TM X full=K,modified=C
00001000 UI X uids=K
00102110 LO X patient=C,descriptors=C
0040B034 DT X full=K,modified=C
006A0006 UT X descriptors=C
006A0005 LO D descriptors=C
006A0003 UI D uids=K
00440004 DT X full=K,modified=C
40000010 LT X
00440104 DT D full=K,modified=C
00440105 DT X full=K,modified=C
04000562 DT D full=K,modified=C
0040A078 SQ X
22000005 LT X/Z
300A00C3 ST X descriptors=C
300C0127 DT D device=K,full=K,modified=C
300A00DD ST X descriptors=C
00101081 LO X
0014407E DA X device=K,full=K,modified=C
00181203 DT Z device=K,full=K,modified=C
0014407C TM X device=K,full=K,modified=C
0016004D UT X
00181007 LO X device=K
04000115 OB D
04000310 OB X full=K,modified=C
003A020C LO X descriptors=C
003A0203 SH X descriptors=C
00120060 LO Z institution=K
00120082 LO X
00120081 LO D institution=K
00120020 LO D
00120021 LO Z
00120072 LO X descriptors=C
00120071 LO X
00120030 LO Z institution=K
00120031 LO Z institution=K
00120010 LO D
00120040 LO D
00120042 LO D
00120051 ST X descriptors=C
00120050 LO Z
00400310 ST X descriptors=C
00400280 ST X descriptors=C
300A02EB LT X descriptors=C
00209161 UI U uids=K
3010000F ST Z descriptors=C
30100017 ST Z descriptors=C
30100006 UI U uids=K
00403001 LO X
30100013 UI U uids=K
0008009C PN Z
0008009D SQ X
0050001B LO X
0040051A LO X descriptors=C
00400512 LO D
00700086 SQ X
00700084 PN Z/D
00080023 DA Z/D full=K,modified=C
0040A730 SQ D content=C
00080033 TM Z/D full=K,modified=C
00080107 DT D full=K,modified=C
00080106 DT D full=K,modified=C
00180010 LO Z/D descriptors=C
00181042 TM X full=K,modified=C
00181043 TM X full=K,modified=C
0018A002 DT X full=K,modified=C
0018A003 ST X descriptors=C
00102150 LO X
21000040 DA X full=K,modified=C
21000050 TM X full=K,modified=C
0040A307 PN X
00380300 LO X
50xxxxxx OW X graphics=C
00080025 DA X full=K,modified=C
00080035 TM X full=K,modified=C
0040A07C SQ X
FFFCFFFC OB X
0040A121 DA D full=K,modified=C
0040A110 DA X full=K,modified=C
00181205 DA X device=K,full=K,modified=C
00181200 DA X device=K,full=K,modified=C
0018700C DA X/D device=K,full=K,modified=C
00181204 DA X device=K,full=K,modified=C
00181012 DA X full=K,modified=C
0040A120 DT D full=K,modified=C
00181202 DT X device=K,full=K,modified=C
00189701 DT D full=K,modified=C
0018937F UT X descriptors=C
00082111 ST X descriptors=C
21000140 AE D device=C
0018700A SH X/D device=K
3010001B UC Z
00500020 LO X device=K
3010002D LO D device=K
00181000 LO X/Z/D device=K
0016004B OB X descriptors=C
00181002 UI U uids=K,device=K
04000105 DT D full=K,modified=C
FFFAFFFA SQ X
04000100 UI U
00209164 UI U uids=K
00380030 DA X full=K,modified=C
00380040 LO X descriptors=C
00380032 TM X full=K,modified=C
300A079A LO X descriptors=C
0040E012 UR X
4008011A LO X
40080119 PN X
300A0016 LO X descriptors=C
300A0013 UI U uids=K
3010006E UI U uids=K
00686226 DT D full=K,modified=C
0040A034 DT X full=K,modified=C
0040A035 DT X full=K,modified=C
00420011 OB D
00189517 DT X/D full=K,modified=C
30100037 ST X descriptors=C
30100035 SH D descriptors=C
30100038 LO D descriptors=C
30100036 LO X descriptors=C
300A0676 ST X descriptors=C
00120087 DA X full=K,modified=C
00120086 DA X full=K,modified=C
00102160 SH X patient=K
00102161 SQ X patient=K
00102162 UC X patient=K
00189804 DT D full=K,modified=C
00404011 DT X full=K,modified=C
00080058 UI U uids=K
0070031A UI U uids=K
00402017 LO Z
003A032B ST X descriptors=C
0040A023 DA X full=K,modified=C
0040A024 TM X full=K,modified=C
30080054 DA X/D full=K,modified=C
300A0196 ST X descriptors=C
00340002 OB D
00340001 SQ D
3010007F UT Z descriptors=C
300A0072 LO X descriptors=C
00189074 DT D full=K,modified=C
00209158 LT X descriptors=C
00200052 UI U uids=K
00340007 OB D full=K,modified=C
00189151 DT D full=K,modified=C
00189623 DT D full=K,modified=C
00181008 LO X device=K
00100044 SQ X
00100045 UT X descriptors=C
00100041 SQ X
00181005 LO X device=K
00160076 DS X
00160075 US X
0016008C OB X
0016008D DT X full=K,modified=C
00160088 DS X
00160087 CS X
0016008A DS X
00160089 CS X
00160084 DS X
00160083 CS X
00160086 DS X
00160085 CS X
0016008E IS X
0016007B DS X
00160081 DS X
00160080 CS X
00160072 DS X
00160071 CS X
00160074 DS X
00160073 CS X
00160082 UT X
0016007A CS X
0016008B OB X
00160078 UT X
0016007D DS X
0016007C CS X
00160079 CS X
00160077 DT X
0016007F DS X
0016007E CS X
00160070 OB X
00700001 SQ D graphics=C
0072000A DT D full=K,modified=C
00181011 LO X device=K
00081304 SQ X descriptors=C
0040E004 DT X full=K,modified=C
00404037 PN X
00404036 LO X
00880200 SQ X
00084000 LT X descriptors=C
00204000 LT X descriptors=C
00284000 LT X
00402400 LT X descriptors=C
003A0314 DT D full=K,modified=C
40080300 ST X descriptors=C
00686270 DT D full=K,modified=C
00080015 DT X full=K,modified=C
00080012 DA X/D full=K,modified=C
00080013 TM X/Z/D full=K,modified=C
00080014 UI U uids=K
04000600 CS X
00080081 ST X institution=K
00081040 LO X institution=K
00081041 SQ X institution=K
00080082 SQ X/Z/D institution=K
00080080 LO X/Z/D institution=K
00189919 DT Z/D full=K,modified=C
00101050 LO X
30100085 TM X full=K,modified=C
3010004D DA X/D full=K,modified=C
3010004C DA X/D full=K,modified=C
00401011 SQ X
300A0741 DT D full=K,modified=C
300A0742 ST D descriptors=C
300A0783 ST D descriptors=C
40080112 DA X full=K,modified=C
40080113 TM X full=K,modified=C
40080111 SQ X
4008010C PN X
40080115 LT X descriptors=C
40080200 SH X
40080202 LO X
40080100 DA X full=K,modified=C
40080101 TM X full=K,modified=C
40080102 PN X
4008010B ST X descriptors=C
4008010A PN X
40080108 DA X full=K,modified=C
40080109 TM X full=K,modified=C
00180035 TM X full=K,modified=C
00180027 TM X full=K,modified=C
00083010 UI U uids=K
00402004 DA X full=K,modified=C
00380011 LO X
00380014 SQ X
00120022 LO X
00120073 LO X
00120032 LO X
00120041 LO X
00120043 LO X
00120055 LO X
00100021 LO X
00380061 LO X
00380064 SQ X
00400513 SQ Z
00400562 SQ Z
00402005 TM X full=K,modified=C
22000002 UT X/Z descriptors=C
00281214 UI U uids=K
001021D0 DA X full=K,modified=C
0016004F UT X device=K
00160050 UT X device=K
00160051 UT X device=K
0016004E DS X device=K
00500021 ST X descriptors=C
04000404 OB X
0016002B OB X descriptors=C
0018100B UI U uids=K,device=K
30100043 ST Z device=K
00020003 UI U uids=K
00102000 LO X descriptors=C
00101090 LO X
00101080 LO X
04000550 SQ X
00203403 DA X full=K,modified=C
00203406 LO X
00203405 TM X full=K,modified=C
00203401 CS X device=K
04000563 LO D device=K
0040B03F LO X descriptors=C
0040B03B LO X descriptors=C
30080056 DA X/D full=K,modified=C
0018937B UT X descriptors=C
003A0020 SH X descriptors=C
003A0310 UI U uids=K
00081060 PN X
00401010 PN X
00100012 LT X
00100013 UT X
00081000 AE X device=C
04000552 OB X
04000551 SQ X
0040A192 DA X full=K,modified=C
0040A032 DT X/D full=K,modified=C
0040A033 DT X full=K,modified=C
0040A402 UI U uids=K
0040A193 TM X full=K,modified=C
0040A171 UI U uids=K
00102180 SH X descriptors=C
00081072 SQ X/D
00081070 PN X/Z/D
00402010 SH X
00402011 LT X
00402008 PN X
00402009 SH X
04000561 SQ X
21000070 AE X device=C
00120023 SQ X
00101000 LO X
00101002 SQ X
00101001 PN X
60xx4000 LT X graphics=C
60xx3000 OW X graphics=C
00080024 DA X full=K,modified=C
00080034 TM X full=K,modified=C
300A0760 DT D full=K,modified=C
00281199 UI U uids=K
0040A07A SQ X
0040A082 DT Z full=K,modified=C
00101040 LO X
00101010 AS X patient=K
00100030 DA Z
00101005 PN X
00100032 TM X
00380400 LO X
00100050 SQ X
00101060 PN X
00100010 PN Z
00100101 SQ X
00100102 SQ X
001021F0 LO X
00100040 CS Z patient=K
00102203 CS X/Z patient=K
00101020 DS X patient=K
00102155 LT X
00102154 SH X
00101030 DS X patient=K
00104000 LT X descriptors=C
00100020 LO Z/D
300A0794 LT X descriptors=C
300A0650 UI U uids=K
00380500 LO X patient=C,descriptors=C
00401004 LO X
300A0792 LT X descriptors=C
300A078E LT X descriptors=C
00400243 SH X
00400254 LO X descriptors=C
00400250 DA X full=K,modified=C
00404051 DT X full=K,modified=C
00400251 TM X full=K,modified=C
00400253 SH X
00400244 DA X full=K,modified=C
00404050 DT X full=K,modified=C
00400245 TM X full=K,modified=C
00400241 AE X device=C
00404030 SQ X device=K
00400242 SH X device=K
00404028 SQ X device=K
00081050 PN X
00081052 SQ X
00401102 ST X
00401104 LT X
00401103 LO X
00401101 SQ D
0040A123 PN D
00100011 SQ X
00081048 PN X
00081049 SQ X
00081062 SQ X
40080114 PN X
00402016 LO Z
00181004 LO X device=K
30020123 LT X descriptors=C
30020121 LO X descriptors=C
001021C0 US X patient=K
00400012 LO X patient=C
300A000E ST X descriptors=C
3010007B UT Z descriptors=C
30100081 SQ Z descriptors=C
00700082 DA X full=K,modified=C
00700083 TM X full=K,modified=C
00701101 UI U uids=K
00701102 UI U uids=K
00081302 SQ X descriptors=C
00081301 SQ X descriptors=C
30100061 UT X descriptors=C
odd UN X safe=C
00404052 DT X full=K,modified=C
0044000B DT X full=K,modified=C
00100015 SQ X
00100016 UT X descriptors=C
00181030 LO X/D descriptors=C
00081088 LO X descriptors=C
00200027 LO X descriptors=C
00080019 UI U uids=K
300A0619 LO D descriptors=C
300A0623 LO D descriptors=C
300A067D ST Z descriptors=C
300A067C SH D descriptors=C
00181078 DT X full=K,modified=C
00181072 TM X full=K,modified=C
00181079 DT X full=K,modified=C
00181073 TM X full=K,modified=C
300C0113 LO X descriptors=C
0040100A SQ X descriptors=C
00321030 LO X descriptors=C
3010005C ST Z descriptors=C
04000565 CS D descriptors=C
00402001 LO X descriptors=C
00401002 LO X descriptors=C
00321066 UT X descriptors=C
00321067 SQ X descriptors=C
00741234 AE X device=C
300A073A DT D full=K,modified=C
3010000B UI U uids=K
0040A13A DT D full=K,modified=C
04000402 SQ X
300A0083 UI U uids=K
3010006F UI U uids=K
30100031 UI U uids=K
30060024 UI U uids=K
00404023 UI U uids=K
00081140 SQ X/Z/U* uids=K
0040A172 UI U uids=K
00380004 SQ X
00101100 SQ X
00081120 SQ X uids=K
00081111 SQ X/Z/D uids=K
04000403 SQ X
00081155 UI U uids=K
00041511 UI U uids=K
00081110 SQ X/Z uids=K
300A0785 UI U uids=K
00080092 ST X
00080090 PN Z
00080094 SH X
00080096 SQ X
00102152 LO X
300600C2 UI U uids=K
00400275 SQ X descriptors=C
00321070 LO X descriptors=C
00401400 LT X descriptors=C
00321060 LO X/Z descriptors=C
00401001 SH X
00401005 LO X
00189937 LO X descriptors=C
00001001 UI U uids=K
00741236 AE X device=C
00321032 PN X
00321033 LO X descriptors=C
00189185 ST X descriptors=C
00102299 LO X
00102297 PN X
40084000 ST X descriptors=C
40080118 SQ X
40080040 SH X
40080042 LO X
00080054 AE X device=C
300E0004 DA Z full=K,modified=C
300E0008 PN X/Z
300E0005 TM Z full=K,modified=C
3006004D SQ X
3006002D DT X full=K,modified=C
30060028 ST X descriptors=C
30060038 LO X descriptors=C
300600A6 PN Z
3006004E SQ X
30060026 LO Z descriptors=C
3006002E DT X full=K,modified=C
30060088 ST X descriptors=C
30060085 SH X descriptors=C
300A0615 LO Z
300A0611 LO Z
3010005A UT Z descriptors=C
300A0006 DA X/D full=K,modified=C
300A0004 ST X descriptors=C
300A0002 SH D descriptors=C
300A0003 LO X descriptors=C
300A0007 TM X/D full=K,modified=C
30100054 LO D descriptors=C
300A062A LO D descriptors=C
30100056 LO X/D descriptors=C
3010003B UI U uids=K
30080162 DA D full=K,modified=C
30080164 TM D full=K,modified=C
30080166 DA D full=K,modified=C
30080168 TM D full=K,modified=C
0038001A DA X full=K,modified=C
0038001B TM X full=K,modified=C
0038001C DA X full=K,modified=C
0038001D TM X full=K,modified=C
00404034 SQ X
0038001E LO X
00400006 PN X
0040000B SQ X
00400007 LO X descriptors=C
00400004 DA X full=K,modified=C
00400005 TM X full=K,modified=C
00404008 DT X full=K,modified=C
00400009 SH X
00400011 SH X device=K
00404010 DT X full=K,modified=C
00400002 DA X full=K,modified=C
00404005 DT X full=K,modified=C
00400003 TM X full=K,modified=C
00400001 AE X device=C
00404027 SQ X device=K
00400010 SH X device=K
00404025 SQ X device=K
00321020 LO X device=K
00321021 AE X device=C
00321000 DA X full=K,modified=C
00321001 TM X full=K,modified=C
00321010 DA X full=K,modified=C
00321011 TM X full=K,modified=C
00181010 LO X device=K
00081303 SQ X descriptors=C
0040B036 DT X full=K,modified=C
0072005E AE D device=C
0072005F AS D patient=K
00720061 DA D full=K,modified=C
00720063 DT D full=K,modified=C
00720066 LO D descriptors=C
00720068 LT D descriptors=C
00720065 OB D
0072006A PN D
0072006C SH D descriptors=C
0072006E ST D descriptors=C
0072006B TM D full=K,modified=C
0072006D UN D
00720071 UR D
00720070 UT D descriptors=C
00080021 DA X/D full=K,modified=C
0008103E LO X descriptors=C
0020000E UI U uids=K
00080031 TM X/D full=K,modified=C
00380062 LO X descriptors=C
00380060 LO X
300A01B2 ST X descriptors=C
00100046 SQ X patient=K
00100042 UT X patient=C,descriptors=C
00100047 UR X patient=K
00100043 SQ X patient=K
300A01A6 ST X descriptors=C
004006FA LO X
001021A0 CS X patient=K
01000420 DT X full=K,modified=C
00080018 UI U uids=K
30100015 UI U uids=K
0018936A DT D full=K,modified=C
00640003 UI U uids=K
00340005 OB D
00082112 SQ X/Z/U* uids=K
300A0216 LO X device=K
04000564 LO Z institution=K
30080105 LO X/Z device=K
00189369 DT D full=K,modified=C
300A022C DA D full=K,modified=C
300A022E TM D full=K,modified=C
00380050 LO X patient=C
0040050A LO X
00400602 UT X descriptors=C
00400551 LO D
00400610 SQ Z content=C
00400600 LO X descriptors=C
00400554 UI U uids=K
00189516 DT X/D full=K,modified=C
00080055 AE X device=C
00081010 SH X/Z/D device=K
00880140 UI U uids=K
30060008 DA Z full=K,modified=C
30060006 ST X descriptors=C
30060002 SH D descriptors=C
30060004 LO X descriptors=C
30060009 TM Z full=K,modified=C
00321040 DA X full=K,modified=C
00321041 TM X full=K,modified=C
00324000 LT X descriptors=C
00321050 DA X full=K,modified=C
00321051 TM X full=K,modified=C
00080020 DA Z full=K,modified=C
00081030 LO X descriptors=C
00200010 SH Z
00320012 LO X
0020000D UI U uids=K
00320034 DA X full=K,modified=C
00320035 TM X full=K,modified=C
00080030 TM Z full=K,modified=C
00320032 DA X full=K,modified=C
00320033 TM X full=K,modified=C
00440010 DT X full=K,modified=C
00200200 UI U uids=K
300A0054 UI U uids=K
00182042 UI U uids=K
0040A354 LO X
0040DB0D UI U uids=K
0040DB0C UI U uids=K
0040DB07 DT X full=K,modified=C
0040DB06 DT X full=K,modified=C
40004000 LT X
20300020 LO X
00100014 SQ X
0040A122 TM D full=K,modified=C
0040A112 TM X full=K,modified=C
00181201 TM X device=K,full=K,modified=C
0018700E TM X/D device=K,full=K,modified=C
00181014 TM X full=K,modified=C
00080201 SH X full=K,modified=C
00880910 LO X
00880912 LO X
00880906 ST X
00880904 LO X
00620021 UI U uids=K
00081195 UI U uids=K
00185011 SQ X device=K
30080024 DA D full=K,modified=C
30080025 TM D full=K,modified=C
30080250 DA X/D full=K,modified=C
300A00B2 SH X/Z device=K
300A0608 LO D descriptors=C
300A0609 UI U uids=K
300A0700 UI U uids=K
30100077 LO X/D descriptors=C
300A000B LO X descriptors=C
3010007A UT Z descriptors=C
30080251 TM X/D full=K,modified=C
300A0736 DT D full=K,modified=C
300A0734 ST D descriptors=C
0018100A SQ X device=K
0040A124 UI U
00700006 ST D descriptors=C
00181009 UT X device=K
30100033 SH D descriptors=C
30100034 LO D descriptors=C
0040A352 PN X
0040A358 SQ X
0040A030 DT D full=K,modified=C
0040A088 SQ Z
0040A075 PN D
0040A073 SQ D
0040A027 LO D
00384000 LT X descriptors=C
0040B020 SQ X/D content=C
003A0329 ST X descriptors=C
00189371 UC D device=K
00189373 ST X device=K
00189367 UC D device=K
`;
