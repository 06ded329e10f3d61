/** The commonest family names of the mainland, simplified. */
export const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金' +
  '韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申欧' +
  '耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷曲盛冉翁蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪' +
  '简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封';
/** Of two characters. */
export const COMPOUND_SURNAMES =
  '欧阳 上官 司马 诸葛 皇甫 尉迟 令狐 慕容 司徒 东方 夏侯 端木 南宫 长孙 宇文 公孙 轩辕 独孤 西门 百里';
/** What is no person's name, though it may begin like one: the last characters of institutions, rooms and machines. */
export const PLACE_ENDS =
  /(?:医院|中心|诊所|学院|大学|公司|科|室|院|所|部|楼|层|区|市|省|县|机|台|型|号|系统|站)$/u;
